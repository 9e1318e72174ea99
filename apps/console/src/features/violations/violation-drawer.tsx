import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Payload, Violation, ViolationDetail } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { payloadQuery } from '#console/api/queries/fleet/runs.ts';
import { type ViolationFilters, violationQuery } from '#console/api/queries/fleet/violations.ts';
import { NONE, toWords } from '#console/lib/format/numbers.ts';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { PayloadView } from '#console/ui/data/payload-view.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Facts, Section } from '#console/ui/layout/page.tsx';
import { Drawer } from '#console/ui/overlay/drawer.tsx';
import { MatchedRules } from '#console/ui/rule/matched-rules.tsx';
import { isPolicyRule, RuleLink } from '#console/ui/rule/rule-link.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { enforcementLooks, severityLooks, violationLooks } from '#console/ui/state/looks.ts';
import { MarkedWord, StatePill } from '#console/ui/state/mark.tsx';
import { Assignee } from './assignee.tsx';
import { Occurrences } from './occurrences.tsx';
import { Resolution } from './resolution.tsx';

interface ViolationDrawerProps {
  id: string;
  /** Of the list beside it. */
  filters: ViolationFilters;
  onClose: () => void;
}

/** One violation with everything that was known when it happened. */
export function ViolationDrawer({ id, filters, onClose }: ViolationDrawerProps) {
  const { data, error, refetch } = useQuery(violationQuery(id));
  return (
    <Drawer title={data ? toWords(data.code) : 'Violation'} onClose={onClose}>
      {data ? <Detail violation={data} filters={filters} /> : error ? null : <SkeletonRows rows={5} />}
      {error && !data && (
        <Failed
          what="The violation could not be loaded"
          failure={toFailure(error)}
          onRetry={() => void refetch()}
          isCompact
        />
      )}
    </Drawer>
  );
}

function Detail({ violation, filters }: { violation: ViolationDetail; filters: ViolationFilters }) {
  return (
    <div className="grid gap-4 px-5 py-4">
      <div className="flex flex-wrap items-center gap-2">
        <StatePill look={enforcementLooks[violation.enforcement]} />
        <StatePill look={violationLooks[violation.state]} />
        {violation.mode === 'monitor' && <Badge title="The rule only watches; it does not stop">monitor</Badge>}
        {violation.degraded && (
          <Badge tone="warn" title="The process decided without a fresh bundle">
            degraded
          </Badge>
        )}
        <Ago at={violation.ts} className="ml-auto text-sm text-fg-3" />
      </div>
      <p className="text-lg break-words">
        <ForeignText text={violation.explanation} />
      </p>
      <Occurrences violation={violation} filters={filters} />
      <Context violation={violation} />
      <Section title="Arguments">
        <Arguments violation={violation} />
      </Section>
      {violation.matched.length > 1 && (
        <Section title="What matched">
          <MatchedRules matched={violation.matched} />
        </Section>
      )}
      {violation.context && violation.context.steps.length > 0 && (
        <Section title="What the run had done before">
          <ol className="grid gap-1">
            {violation.context.steps.map(({ seq, kind, name, status }) => (
              <li key={seq} className="flex flex-wrap gap-x-3">
                <code className="font-mono text-sm">
                  <ForeignText text={name} />
                </code>
                <span className="text-fg-3">
                  {kind}, {status}
                </span>
              </li>
            ))}
          </ol>
        </Section>
      )}
      <Resolution violation={violation} />
    </div>
  );
}

function Context({ violation }: { violation: Violation }) {
  return (
    <Facts
      facts={[
        ['Agent', <AgentLink key="agent" violation={violation} />],
        [
          'Tool',
          <code key="tool" className="font-mono text-sm">
            <ForeignText text={violation.tool ?? NONE} />
          </code>,
        ],
        ['Rule', <Rule key="rule" violation={violation} />],
        ['Looked after by', <Assignee key="assignee" violation={violation} />],
        ...(violation.risk_score === null ? [] : ([['Risk', <Risk key="risk" violation={violation} />]] as const)),
        ['Severity', <MarkedWord key="severity" look={severityLooks[violation.severity]} />],
        ['Run', <RunLink key="run" violation={violation} />],
        [
          'Bundle',
          violation.bundle === null ? (
            NONE
          ) : (
            <span key="bundle" className="num">
              {violation.bundle}
            </span>
          ),
        ],
        ['Arguments hash', violation.args_hash === null ? NONE : <Identifier key="hash" id={violation.args_hash} />],
        ['Violation', <Identifier key="id" id={violation.id} />],
      ]}
    />
  );
}

/** The rule, and the way to let it not count for this agent. */
function Rule({ violation: { rule_ref, code, agent_id } }: { violation: Violation }) {
  return (
    <span className="flex flex-wrap items-center gap-x-4">
      <RuleLink rule={rule_ref ?? code} />
      {rule_ref !== null && isPolicyRule(rule_ref) && (
        <Link
          to="/policies/rule"
          search={{ name: rule_ref, agent: agent_id }}
          className="text-sm text-fg-2 hover:text-accent hover:underline"
        >
          Make an exception
        </Link>
      )}
    </span>
  );
}

function Risk({ violation: { risk_score, risk_factors } }: { violation: Violation }) {
  const factors = (risk_factors ?? []).map(({ factor, weight }) => `${toWords(factor).toLowerCase()} ${weight}`);
  return (
    <span>
      <span className="num">{risk_score?.toFixed(2)}</span>
      {factors.length > 0 && <span className="text-fg-3"> · {factors.join(', ')}</span>}
    </span>
  );
}

function AgentLink({ violation }: { violation: Violation }) {
  return (
    <Link to="/agents/$agentId" params={{ agentId: violation.agent_id }} className="text-accent hover:underline">
      <ForeignText text={violation.agent_name} />
      {violation.version_number !== null && ` v${violation.version_number}`}
    </Link>
  );
}

function RunLink({ violation }: { violation: Violation }) {
  if (violation.run_id === null) return <>{NONE}</>;
  const search = violation.step_key === null ? {} : { step: violation.step_key };
  return (
    <Link
      to="/runs/$runId"
      params={{ runId: violation.run_id }}
      search={search}
      className="text-accent hover:underline"
    >
      {violation.step_key === null ? 'Open the run' : 'Open the step in its run'}
    </Link>
  );
}

function Arguments({ violation }: { violation: Violation }) {
  const payload = violation.args_view as Payload | null | undefined; // a payload value, as the contract says
  if (!payload) return <p className="text-fg-3">The process sent no view of the arguments.</p>;
  return (
    <PayloadView payload={payload} label="Arguments" queryOf={(hash) => payloadQuery(violation.run_id ?? '', hash)} />
  );
}
