import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import type { Activity, Board } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { activityEventQuery } from '#console/api/queries/govern/activity.ts';
import { IconButton } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Skeleton } from '#console/ui/feedback/states.tsx';
import { Panel } from '#console/ui/layout/page.tsx';
import { Actor, Kind, Message } from './activity-table.tsx';

interface LinkedEventProps {
  eventId: string;
  boards: readonly Board[];
  onClose: () => void;
}

/** The event that a link leads to, above the feed. */
export function LinkedEvent({ eventId, boards, onClose }: LinkedEventProps) {
  const { data: event, isPending, error } = useQuery(activityEventQuery(eventId));
  return (
    <div className="px-4 pb-3 sm:px-6">
      <Panel className="flex items-start gap-2 px-4 py-2.5">
        <div className="min-w-0 flex-1">
          {event && <Detail event={event} board={boards.find(({ id }) => id === event.board_id)?.name} />}
          {isPending && <Skeleton className="my-1.5 h-2.5 w-48" />}
          {event === null && (
            <p className="text-fg-2">
              The event of this link is not there: it is too old, or of a board you may not read.
            </p>
          )}
          {error && <p className="text-bad">The event of this link could not be loaded: {toFailure(error).message}</p>}
        </div>
        <IconButton label="Close" icon={X} onClick={onClose} />
      </Panel>
    </div>
  );
}

function Detail({ event, board }: { event: Activity; board: string | undefined }) {
  return (
    <div className="grid gap-2">
      <p className="flex flex-wrap gap-x-3">
        <Kind event={event} />
        <Actor event={event} />
        {board !== undefined && (
          <span className="text-fg-3">
            <ForeignText text={board} />
          </span>
        )}
        <Ago at={event.created_at} className="text-fg-3" />
      </p>
      <p className="break-words">
        <Message event={event} />
      </p>
      {event.data && <JsonTree value={event.data} label="Data" />}
    </div>
  );
}
