import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useState } from 'react';
import type { RunDetail, Step } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { payloadQuery, runEventsQuery, stepQuery } from '#console/api/queries/fleet/runs.ts';
import { IconButton } from '#console/ui/control/button.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { PayloadView } from '#console/ui/data/payload-view.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import { runLooks, stepLooks } from '#console/ui/state/looks.ts';
import { Mark, StatePill } from '#console/ui/state/mark.tsx';
import { DecisionView } from '../decision-view.tsx';
import { stepKinds } from '../trace/kinds.ts';
import type { TraceRow } from '../trace/trace.ts';
import { ExceptionView } from './exception-view.tsx';
import { ModelMessages } from './model-messages.tsx';
import { StepFacts } from './step-facts.tsx';

interface StepPanelProps {
  run: RunDetail;
  row: TraceRow;
  onClose: () => void;
}

/** One step with everything that is known of it. */
export function StepPanel({ run, row, onClose }: StepPanelProps) {
  const { data: attempts, error, refetch } = useQuery(stepQuery(run.id, row.stepKey));
  const [chosen, setChosen] = useState<number>();
  const step = attempts?.find(({ attempt }) => attempt === chosen) ?? attempts?.at(-1);
  const Kind = stepKinds[row.kind];
  return (
    <div className="grid gap-3 px-5 py-4" data-step-panel={row.key}>
      <div className="flex items-start gap-2.5">
        <Kind.icon aria-hidden size={16} className="mt-1 shrink-0 text-fg-3" />
        <div className="min-w-0 flex-1">
          <h2 className="text-lg font-semibold break-words">
            <ForeignText text={row.name} />
          </h2>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-fg-3">
            <StatePill look={stepLooks[step?.status ?? row.status]} />
            {Kind.word}
          </p>
        </div>
        <IconButton label="Show the run instead (Esc)" icon={X} onClick={onClose} className="max-[1099px]:hidden" />
      </div>
      {attempts && attempts.length > 1 && step && (
        <div>
          <Segmented
            label="Attempt"
            choices={attempts.map(({ attempt }) => ({ value: String(attempt), label: `Attempt ${attempt}` }))}
            value={String(step.attempt)}
            onChange={(attempt) => setChosen(Number(attempt))}
          />
        </div>
      )}
      {error && !attempts && (
        <Failed
          what="The step could not be loaded"
          failure={toFailure(error)}
          onRetry={() => void refetch()}
          isCompact
        />
      )}
      {!attempts && !error && <SkeletonRows rows={4} />}
      {step && <StepDetail run={run} step={step} />}
    </div>
  );
}

function StepDetail({ run, step }: { run: RunDetail; step: Step }) {
  const children = run.children.filter((child) => child.parent_step_key === step.key);
  return (
    <>
      {(step.error_message !== null || step.error_type !== null) && (
        <ExceptionView
          type={step.error_type}
          message={step.error_message}
          stack={step.error_stack}
          isStackFolded={step.status === 'blocked'}
        />
      )}
      <Decision runId={run.id} step={step} />
      <StepFacts step={step} />
      {children.map((child) => (
        <p key={child.id} className="flex items-center gap-2">
          <span className="text-fg-3">Started</span>
          <Mark look={runLooks[child.status]} label={runLooks[child.status].word} />
          <Link
            to="/runs/$runId"
            params={{ runId: child.id }}
            search={{}}
            className="truncate text-accent hover:underline"
          >
            <ForeignText text={child.name ?? child.agent_name ?? 'a run'} />
          </Link>
        </p>
      ))}
      <StepPayload runId={run.id} step={step} side="in" />
      <StepPayload runId={run.id} step={step} side="out" />
    </>
  );
}

const titles = { tool: { in: 'Arguments', out: 'Result' }, other: { in: 'Input', out: 'Output' } } as const;

function StepPayload({ runId, step, side }: { runId: string; step: Step; side: 'in' | 'out' }) {
  const payload = side === 'in' ? step.in_payload : step.out_payload;
  if (!payload) return null;
  const title = titles[step.kind === 'tool' ? 'tool' : 'other'][side];
  return (
    <Section title={title}>
      {step.kind === 'llm' ? (
        <ModelMessages runId={runId} payload={payload} role={side === 'in' ? 'user' : 'assistant'} />
      ) : (
        <PayloadView payload={payload} label={title} queryOf={(hash) => payloadQuery(runId, hash)} />
      )}
    </Section>
  );
}

/** The policy decision of a step; plain allows are not recorded, so no decision means allowed. */
function Decision({ runId, step }: { runId: string; step: Step }) {
  const isGoverned = step.kind === 'tool' || step.kind === 'llm' || step.kind === 'subagent';
  const events = useInfiniteQuery({ ...runEventsQuery(runId, 'decision'), enabled: isGoverned });
  if (!isGoverned) return null;
  const own = events.data?.pages.flatMap((page) => page.items).filter(({ key }) => key === step.key) ?? [];
  if (own.length === 0) return null;
  return (
    <Section title="Policy decision">
      <div className="grid gap-2">
        {own.map((event) => (
          <DecisionView key={event.seq} runId={runId} event={event} />
        ))}
      </div>
    </Section>
  );
}
