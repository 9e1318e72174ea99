import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { RunEvent } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { runEventsQuery } from '#console/api/queries/fleet/runs.ts';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { useAllPages } from './use-all-pages.ts';

interface EventTabProps {
  runId: string;
  type: RunEvent['t'];
  empty: ReactNode;
  children: (events: RunEvent[]) => ReactNode;
}

/** A tab that shows all events of one type, in order. */
export function EventTab({ runId, type, empty, children }: EventTabProps) {
  const list = useInfiniteQuery(runEventsQuery(runId, type));
  useAllPages(list);
  const events = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {list.isPending && <SkeletonRows rows={6} />}
      {list.isError && !list.data && (
        <Failed what="It could not be loaded" failure={toFailure(list.error)} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess &&
        (events.length === 0 ? empty : <div className="mx-auto max-w-4xl px-4 py-4 sm:px-6">{children(events)}</div>)}
    </div>
  );
}
