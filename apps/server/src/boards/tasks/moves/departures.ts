import type { Reaction, TxContext } from '#server/platform/context.ts';
import { planNotices } from '../notices/notices.rules.ts';
import { sendNotices } from '../notices/notices.ts';
import { listTasksById } from '../tasks.store.ts';
import type { Standing } from './moves.rules.ts';
import { type Changed, publishChanges, returnToInbox } from './moves.service.ts';
import { findBoardPlace, listAssignedTasks, lockStandings, saveSteps } from './moves.store.ts';

/** When an agent goes: nobody has its tasks any more, those in progress are back in the inbox. */
export const agentDepartures: Reaction = {
  to: 'agent.deleted',
  async within(tx, { subjectId }) {
    const tasks = await listAssignedTasks(tx, subjectId);
    for (const boardId of new Set(tasks.map(({ board_id }) => board_id)))
      await returnTasks(tx, {
        agentId: subjectId,
        boardId,
        ids: tasks.filter(({ board_id }) => board_id === boardId).map(({ id }) => id),
      });
  },
};

interface Departure {
  agentId: string;
  boardId: string;
  ids: string[];
}

async function returnTasks(tx: TxContext, { agentId, boardId, ids }: Departure): Promise<void> {
  const board = await findBoardPlace(tx, boardId);
  const tasks = (await lockStandings(tx, ids)).filter(({ assigned_agent_id }) => assigned_agent_id === agentId);
  const begun = tasks.filter(({ status }) => status === 'in_progress');
  const returned = await returnToInbox(tx, begun, board?.last_positions.inbox);
  await unassign(
    tx,
    tasks.filter((task) => !begun.includes(task)),
  );
  const leadId = board && board.lead_id !== agentId ? board.lead_id : null;
  for (const { before, task } of returned)
    await sendNotices(tx, task, planNotices({ mover: { kind: 'user' }, before, after: task, leadId }));
}

async function unassign(tx: TxContext, tasks: Standing[]): Promise<void> {
  const steps = tasks.map((from) => ({ from, to: { ...from, assigned_agent_id: null } }));
  await saveSteps(tx, steps);
  const saved = await listTasksById(
    tx,
    tasks.map(({ id }) => id),
  );
  const changes: Changed[] = saved.flatMap((task) => {
    const before = tasks.find(({ id }) => id === task.id);
    return before ? [{ before, task, changed: ['assigned_agent_id'] }] : [];
  });
  await publishChanges(tx, changes);
}
