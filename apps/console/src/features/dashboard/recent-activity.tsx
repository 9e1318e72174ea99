import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { activityQuery } from '#console/api/queries/govern/activity.ts';
import { toWords } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';

const SHOWN = 8;

/** The newest lines of the feed. */
export function RecentActivity({ boardId }: { boardId: string | undefined }) {
  const list = useInfiniteQuery(activityQuery(boardId === undefined ? {} : { board_id: boardId }));
  const events = useItems(list.data).slice(0, SHOWN);
  return (
    <Section
      title="Activity"
      aside={
        <Link to="/activity" search={boardId ? { board_id: boardId } : {}} className="text-accent hover:underline">
          All of it
        </Link>
      }
    >
      <Panel>
        {list.isPending && <SkeletonRows rows={SHOWN} />}
        {list.isError && !list.data && (
          <Failed what="The activity could not be loaded" failure={toFailure(list.error)} isCompact />
        )}
        {list.isSuccess && events.length === 0 && <p className="px-4 py-3 text-fg-3">Nothing happened yet.</p>}
        <ul>
          {events.map((event) => (
            <li key={event.id} className="flex items-center gap-3 border-b px-4 py-1.5 last:border-b-0">
              <Link
                to="/activity"
                search={{ eventId: event.id }}
                className="touch min-w-0 flex-1 truncate hover:text-accent"
              >
                <ForeignText text={event.message ?? toWords(event.event_type)} />
              </Link>
              <Ago at={event.created_at} className="shrink-0 text-sm text-fg-3" />
            </li>
          ))}
        </ul>
      </Panel>
    </Section>
  );
}
