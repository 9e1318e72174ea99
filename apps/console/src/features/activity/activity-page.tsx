import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Pause, Play } from 'lucide-react';
import { useState } from 'react';
import type { Activity } from '#console/api/contract.ts';
import { useItems, useNextPage } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { activityQuery } from '#console/api/queries/govern/activity.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { ActivityFilterBar } from './activity-filter-bar.tsx';
import type { ActivitySearch } from './activity-search.ts';
import { ActivityTable } from './activity-table.tsx';
import { LinkedEvent } from './linked-event.tsx';

const route = getRouteApi('/frame/activity');

/** What happens on every board that the caller reads, as it happens. */
export function ActivityPage() {
  const { eventId, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: ActivitySearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const list = useInfiniteQuery({ ...activityQuery(filters), placeholderData: keepPreviousData });
  const boards = useQuery(boardsQuery).data?.items ?? [];
  const feed = usePause(useItems(list.data));
  const onMore = useNextPage(list);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <>
      <PageHead title="Activity" actions={<PauseButton {...feed} />}>
        <ActivityFilterBar
          search={filters}
          boards={boards}
          onChange={set}
          onClear={isFiltered ? () => void navigate({ search: {}, replace: true }) : undefined}
        />
      </PageHead>
      {eventId && <LinkedEvent eventId={eventId} boards={boards} onClose={() => set({ eventId: undefined })} />}
      <div className="border-t">
        {list.isPending && <SkeletonRows rows={14} />}
        {list.isError && !list.data && (
          <Failed
            what="The activity could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {feed.items.length > 0 && (
          <ActivityTable
            lines={feed.items}
            boards={boards}
            selectedId={eventId}
            onEnd={feed.isPaused ? undefined : onMore}
          />
        )}
        {list.isSuccess && feed.items.length === 0 && <NoActivity isFiltered={isFiltered} />}
      </div>
    </>
  );
}

/** Holds the lines still while someone reads, and counts what came since. */
function usePause(items: Activity[]) {
  const [held, setHeld] = useState<Activity[]>();
  const heldAt = held?.[0]?.created_at ?? '';
  const missed = held ? items.filter(({ created_at }) => created_at > heldAt).length : 0;
  return {
    items: held ?? items,
    isPaused: held !== undefined,
    missed,
    toggle: () => setHeld(held ? undefined : items),
  };
}

function PauseButton({
  isPaused,
  missed,
  toggle,
}: Pick<ReturnType<typeof usePause>, 'isPaused' | 'missed' | 'toggle'>) {
  return (
    <Button icon={isPaused ? Play : Pause} aria-pressed={isPaused} onClick={toggle}>
      {isPaused ? (missed > 0 ? `Go on, ${formatCount(missed)} new` : 'Go on') : 'Pause'}
    </Button>
  );
}

function NoActivity({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty title="Nothing like this so far">
        <p>Widen the filters.</p>
      </Empty>
    );
  return (
    <Empty title="Nothing happened yet">
      <p>Tasks, comments, approvals and agents of your boards leave a line here the moment something changes.</p>
    </Empty>
  );
}
