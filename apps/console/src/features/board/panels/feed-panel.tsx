import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Activity } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { boardFeedQuery } from '#console/api/queries/govern/activity.ts';
import { plural, toWords } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';

/** The last that happened on the board, as it happens; it holds still while someone reads. */
export function FeedPanel({ boardId }: { boardId: string }) {
  const { data, error, isPending, refetch } = useQuery(boardFeedQuery(boardId));
  const [held, setHeld] = useState<readonly Activity[]>();
  const newest = data ?? [];
  const events = held ?? newest;
  const missed = held ? newest.filter(({ id }) => held.every((event) => event.id !== id)).length : 0;
  const hold = () => setHeld(newest);
  const goOn = () => setHeld(undefined);
  if (isPending) return <SkeletonRows rows={12} />;
  if (!data)
    return (
      <Failed what="The feed could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} isCompact />
    );
  if (events.length === 0) return <p className="px-5 py-4 text-fg-2">Nothing happened on this board yet.</p>;
  return (
    <div onPointerEnter={hold} onPointerLeave={goOn} className="px-5 py-2">
      <p aria-live="polite" className="min-h-6 text-sm text-fg-3">
        {held && (missed > 0 ? `Held while you read: ${plural(missed, 'new line')}` : 'Held while you read')}
      </p>
      <ol>
        {events.map((event) => (
          <li key={event.id} className="grid gap-0.5 border-b py-2 last:border-b-0">
            <p className="break-words">
              <FeedLink event={event} boardId={boardId} />
            </p>
            <p className="flex gap-3 text-sm text-fg-3">
              <span>{toWords(event.event_type)}</span>
              <ForeignText text={event.actor.name ?? event.actor.kind} />
              <Ago at={event.created_at} className="ml-auto" />
            </p>
          </li>
        ))}
      </ol>
      <Link
        to="/activity"
        search={{ board_id: boardId }}
        className="touch inline-block py-2 text-accent hover:underline"
      >
        All of it
      </Link>
    </div>
  );
}

/** Its words, leading to the task or to the approvals that it is about. */
function FeedLink({ event, boardId }: { event: Activity; boardId: string }) {
  const text = <ForeignText text={event.message ?? toWords(event.event_type)} />;
  const { taskId, commentId } = event.route_params ?? {};
  const params = { boardId };
  const className = 'hover:text-accent';
  if (event.route_name === 'board.approvals')
    return (
      <Link to="/boards/$boardId/approvals" params={params} search={{}} className={className}>
        {text}
      </Link>
    );
  if (taskId === undefined || event.event_type === 'task.deleted') return text;
  return (
    <Link
      to="/boards/$boardId"
      params={params}
      search={(before) => ({ ...before, taskId, commentId })}
      className={className}
    >
      {text}
    </Link>
  );
}
