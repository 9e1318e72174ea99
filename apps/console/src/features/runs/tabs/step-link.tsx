import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RunDetail } from '#console/api/contract.ts';
import { traceQuery } from '#console/api/queries/fleet/runs.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';

/** Leads from an event to its step in the trace. */
export function StepLink({ run, stepKey }: { run: RunDetail; stepKey: string }) {
  const { data } = useQuery(traceQuery(run.id));
  const name = data?.name[data.key.indexOf(stepKey)];
  return (
    <Link
      to="/runs/$runId"
      params={{ runId: run.id }}
      search={{ step: stepKey }}
      className="touch flex max-w-56 shrink-0 items-center truncate text-sm text-accent hover:underline"
    >
      {name === undefined ? 'Open the step' : <ForeignText text={name} />}
    </Link>
  );
}
