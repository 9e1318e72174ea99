import { type NewMessage, sendMessages } from '#server/agents/index.ts';
import type { TxContext } from '#server/platform/context.ts';
import { type Listener, listBoardListeners, listGroupListeners } from './audience.store.ts';
import { type BoardChanges, toFieldChanges } from './boards.rules.ts';
import type { BoardRead } from './boards.schema.ts';
import { findGroupName } from './boards.store.ts';

const LEAD_EVENTS = { sent: 'board.lead_notified', failed: 'board.lead_notify_failed' } as const;
const LEAVE_EVENTS = { sent: 'board.group.leave.notified', failed: 'board.group.leave.notify_failed' } as const;
const JOIN_EVENTS = { sent: 'board.group.join.notified', failed: 'board.group.join.notify_failed' } as const;

/** Tells a board's lead what changed. */
export async function tellLead(tx: TxContext, before: BoardRead, changes: BoardChanges): Promise<void> {
  const leads = (await listBoardListeners(tx, before.id)).filter(({ is_board_lead }) => is_board_lead);
  await sendMessages(
    tx,
    leads.map(({ id }) => ({
      agentId: id,
      kind: 'board.updated',
      data: { changes: toFieldChanges(before, changes) },
      events: LEAD_EVENTS,
    })),
  );
}

/** Tells every agent of the group that a board left, and of the one that it joined. */
export async function tellGroups(tx: TxContext, before: BoardRead, joined: string | null): Promise<void> {
  const left = before.board_group_id;
  const own = left ? await listBoardListeners(tx, before.id) : [];
  await sendMessages(tx, [
    ...(left ? await toGroupNotices(tx, before, { change: 'left', groupId: left, own }) : []),
    ...(joined ? await toGroupNotices(tx, before, { change: 'joined', groupId: joined, own: [] }) : []),
  ]);
}

/** `own` are agents to tell that are not on a board of the group. */
async function toGroupNotices(
  tx: TxContext,
  { id, name }: BoardRead,
  { change, groupId, own }: { change: 'left' | 'joined'; groupId: string; own: Listener[] },
): Promise<NewMessage[]> {
  const group = await findGroupName(tx, groupId);
  const members = await listGroupListeners(tx, groupId);
  return [...members, ...own].map((agent) => ({
    agentId: agent.id,
    kind: 'board.group_changed',
    data: { change, board: { id, name }, group_name: group?.name ?? null },
    events: change === 'left' ? LEAVE_EVENTS : JOIN_EVENTS,
  }));
}
