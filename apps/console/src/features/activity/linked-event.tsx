import { X } from 'lucide-react';
import { useEffect } from 'react';
import type { Activity, Board } from '#console/api/contract.ts';
import { IconButton } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { JsonTree } from '#console/ui/data/json-tree.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Panel } from '#console/ui/layout/page.tsx';
import { Actor, Kind, Message } from './activity-table.tsx';

/** How far back a link is followed. */
const MAX_LOOKED_AT = 2_000;

interface Pages {
  hasNextPage: boolean;
  isFetching: boolean;
  isError: boolean;
  fetchNextPage: () => unknown;
}

interface LinkedEventProps {
  eventId: string;
  list: Pages;
  items: readonly Activity[];
  boards: readonly Board[];
  onClose: () => void;
}

/** The event that a link leads to, above the feed; older pages are loaded until it is found. */
export function LinkedEvent({ eventId, list, items, boards, onClose }: LinkedEventProps) {
  const event = items.find(({ id }) => id === eventId);
  const { hasNextPage, isFetching, isError, fetchNextPage } = list;
  const mustLook = !event && hasNextPage && !isFetching && !isError && items.length < MAX_LOOKED_AT;
  useEffect(() => {
    if (mustLook) fetchNextPage();
  }, [mustLook, fetchNextPage]);
  return (
    <div className="px-4 pb-3 sm:px-6">
      <Panel className="flex items-start gap-2 px-4 py-2.5">
        <div className="min-w-0 flex-1">
          {event ? (
            <Detail event={event} board={boards.find(({ id }) => id === event.board_id)?.name} />
          ) : (
            <p className="text-fg-2">
              {isFetching || mustLook
                ? 'Looking for the event of this link…'
                : 'The event of this link is not in this feed.'}
            </p>
          )}
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
