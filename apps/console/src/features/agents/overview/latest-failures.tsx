import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { runsQuery } from '#console/api/queries/fleet/runs.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { runLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';

const SHOWN = 5;

/** The tasks that failed last, with the reason on the row. */
export function LatestFailures() {
  const { data } = useInfiniteQuery(runsQuery({ status: 'error', root_only: true }));
  const runs = data?.pages[0]?.items ?? [];
  if (runs.length === 0) return null;
  return (
    <Section
      title="Failed last"
      aside={
        <Link to="/runs" search={{ status: 'error' }} className="text-accent hover:underline">
          All failed runs
        </Link>
      }
      className="px-4 pb-4 sm:px-6"
    >
      <Panel>
        <ul>
          {runs.slice(0, SHOWN).map((run) => (
            <li
              key={run.id}
              className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 border-b px-4 py-1 last:border-b-0 max-sm:py-2.5"
            >
              <Mark look={runLooks.error} label={runLooks.error.word} />
              <Link
                to="/runs/$runId"
                params={{ runId: run.id }}
                search={{}}
                className="flex min-w-0 flex-1 basis-40 items-center font-medium hover:text-accent"
              >
                <span className="truncate">
                  <ForeignText text={run.name ?? 'Unnamed run'} />
                </span>
              </Link>
              <span className="min-w-0 flex-[2] basis-60 truncate text-fg-2 max-sm:order-last max-sm:basis-full max-sm:pl-[22px]">
                <ForeignText text={run.error_message ?? run.error_type ?? 'Failed'} />
              </span>
              <Ago at={run.ended_at ?? run.started_at} className="num w-16 shrink-0 text-right text-sm text-fg-3" />
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}
