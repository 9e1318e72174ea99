import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RunDetail } from '#console/api/contract.ts';
import { formatCompact, formatCostUsd, formatCount, formatShare, NONE, plural } from '#console/lib/format/numbers.ts';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago, Elapsed } from '#console/ui/data/time.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { runLooks } from '#console/ui/state/looks.ts';
import { Mark, StatePill } from '#console/ui/state/mark.tsx';
import { Tinted } from '#console/ui/table/tinted.tsx';
import { RunBadges } from '../run-badges.tsx';

/** What a run was and how it ended, in one look. */
export function RunHead({ run }: { run: RunDetail }) {
  return (
    <PageHead
      title={run.name === null ? 'Unnamed run' : <ForeignText text={run.name} />}
      aside={
        <>
          <StatePill look={runLooks[run.status]} />
          <RunBadges run={run} />
        </>
      }
      actions={<Identifier id={run.id} />}
    >
      <Origin run={run} />
      {run.error_message !== null && <ErrorLine run={run} />}
      {run.error_message === null && run.outcome !== null && (
        <p className="line-clamp-2 break-words text-fg-2">
          <ForeignText text={run.outcome} />
        </p>
      )}
      <Numbers run={run} />
    </PageHead>
  );
}

function Origin({ run }: { run: RunDetail }) {
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-fg-2">
      <Link to="/agents/$agentId" params={{ agentId: run.agent_id }} className="hover:text-accent">
        <ForeignText text={run.agent_name ?? 'Deleted agent'} />
        {run.agent_version_number !== null && ` v${run.agent_version_number}`}
      </Link>
      {run.parent && (
        <span className="flex items-center gap-1.5">
          <span className="text-fg-3">started by</span>
          <Mark look={runLooks[run.parent.status]} label={runLooks[run.parent.status].word} />
          <Link
            to="/runs/$runId"
            params={{ runId: run.parent.id }}
            search={run.parent_step_key === null ? {} : { step: run.parent_step_key }}
            className="hover:text-accent"
          >
            <ForeignText text={run.parent.name ?? run.parent.agent_name ?? 'a run'} />
          </Link>
        </span>
      )}
      {run.parent_verified === false && (
        <span className="text-warn">claims a parent that is not a run of this organization</span>
      )}
      <span>
        <Ago at={run.started_at} />
      </span>
    </p>
  );
}

function ErrorLine({ run }: { run: RunDetail }) {
  // What policies block says so itself.
  const isSaid = run.error_message?.startsWith(`${run.error_type}: `) === true;
  return (
    <p className="line-clamp-3 break-words text-bad">
      {run.error_type !== null && !isSaid && (
        <span className="font-medium">
          <ForeignText text={run.error_type} />:{' '}
        </span>
      )}
      <ForeignText text={run.error_message ?? ''} />
    </p>
  );
}

function Numbers({ run }: { run: RunDetail }) {
  const cached =
    run.tokens_input > 0 && run.tokens_cache_read > 0 ? run.tokens_cache_read / run.tokens_input : undefined;
  const isTree = run.tree.runs > 1;
  return (
    <dl className="num flex flex-wrap gap-x-6 gap-y-2">
      <Fact name="Duration">
        <Elapsed startedAt={run.started_at} durUs={run.dur_us} isRunning={run.status === 'running'} />
      </Fact>
      <Fact name="Steps" value={run.steps}>
        {formatCount(run.steps)}
      </Fact>
      <Fact name="Model calls" value={run.llm_calls}>
        {formatCount(run.llm_calls)}
      </Fact>
      <Fact name="Tool calls" value={run.tool_calls}>
        {formatCount(run.tool_calls)}
      </Fact>
      <Fact name="Tokens" value={run.tokens_input + run.tokens_output}>
        {formatCompact(run.tokens_input)} in{' '}
        {cached !== undefined && <span className="font-normal text-fg-3">({formatShare(cached)} cached) </span>}
        {formatCompact(run.tokens_output)} out
      </Fact>
      <Fact name="Cost">{formatCostUsd(run.cost_usd, run.unpriced_tokens)}</Fact>
      {run.retries > 0 && <Fact name="Retries">{formatCount(run.retries)}</Fact>}
      {run.violations > 0 && <Fact name="Violations">{formatCount(run.violations)}</Fact>}
      {run.confidence !== null && <Fact name="Confidence">{formatShare(run.confidence)}</Fact>}
      {run.score !== null && <Fact name="Score">{formatShare(run.score)}</Fact>}
      {isTree && (
        <Fact name="With what it started">
          {plural(run.tree.runs, 'run')}, {plural(run.tree.steps, 'step')},{' '}
          {formatCompact(run.tree.tokens_input + run.tree.tokens_output)} tokens,{' '}
          {run.tree.cost_usd === null ? NONE : formatCostUsd(run.tree.cost_usd, run.tree.unpriced_tokens)}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, value, children }: { name: string; value?: number; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-fg-3">{name}</dt>
      <dd className="font-medium">{value === undefined ? children : <Tinted value={value}>{children}</Tinted>}</dd>
    </div>
  );
}
