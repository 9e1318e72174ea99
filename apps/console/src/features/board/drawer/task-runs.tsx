import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useItems } from '#console/api/pages.ts';
import { runsQuery } from '#console/api/queries/fleet/runs.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { shortenMiddle } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import { runLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';

const SHOWN = 10;

/** What agents ran for a task; runs are read by admins. */
export function TaskRuns({ taskId }: { taskId: string }) {
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const list = useInfiniteQuery({ ...runsQuery({ task_id: taskId }), enabled: isAdmin });
  const runs = useItems(list.data).slice(0, SHOWN);
  if (runs.length === 0) return null;
  return (
    <Section title="Runs">
      <ul className="grid gap-1">
        {runs.map((run) => (
          <li key={run.id} className="flex items-center gap-2.5">
            <Mark look={runLooks[run.status]} label={runLooks[run.status].word} />
            <Link
              to="/runs/$runId"
              params={{ runId: run.id }}
              className="touch min-w-0 truncate text-accent hover:underline"
            >
              {run.name ? toVisibleText(run.name) : shortenMiddle(run.id)}
            </Link>
            <span className="min-w-0 truncate text-fg-2">
              <ForeignText text={run.agent_name ?? ''} />
            </span>
            <Ago at={run.started_at} className="ml-auto shrink-0 text-sm text-fg-3" />
          </li>
        ))}
      </ul>
    </Section>
  );
}
