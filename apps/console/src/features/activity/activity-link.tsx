import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Activity } from '#console/api/contract.ts';

interface ActivityLinkProps {
  event: Activity;
  className: string;
  children: ReactNode;
}

/** Leads to what an event is about, as the server names it. */
export function ActivityLink({ event, className, children }: ActivityLinkProps) {
  const { route_name, route_params } = event;
  const boardId = route_params?.boardId;
  if (route_name === 'board' && boardId !== undefined) {
    const { taskId, commentId, panel } = route_params ?? {};
    const search = { taskId, commentId, ...(panel === 'chat' && { panel: 'chat' as const }) };
    return (
      <Link data-row-link to="/boards/$boardId" params={{ boardId }} search={search} className={className}>
        {children}
      </Link>
    );
  }
  if (route_name === 'board.approvals' && boardId !== undefined) {
    return (
      <Link data-row-link to="/boards/$boardId/approvals" params={{ boardId }} search={{}} className={className}>
        {children}
      </Link>
    );
  }
  return (
    <Link
      data-row-link
      from="/activity"
      to="/activity"
      search={(before) => ({ ...before, eventId: event.id })}
      replace
      className={className}
    >
      {children}
    </Link>
  );
}
