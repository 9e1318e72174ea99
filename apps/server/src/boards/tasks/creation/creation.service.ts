import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound } from '#server/platform/problem.ts';
import { checkLinks, saveLinks } from '../links/links.service.ts';
import { agentOf, type Mover, toMover } from '../moves/actors.rules.ts';
import { gateProblem, toGates } from '../moves/gates.rules.ts';
import { blocked, toStart } from '../moves/moves.rules.ts';
import { findBoardPlace } from '../moves/moves.store.ts';
import { assertLeadMayCreate } from '../moves/permissions.rules.ts';
import { planCreationNotices } from '../notices/notices.rules.ts';
import { sendNotices } from '../notices/notices.ts';
import { taskCreated } from '../tasks.events.ts';
import type { TaskCreate, TaskRead } from '../tasks.schema.ts';
import { getTask, insertTask } from '../tasks.store.ts';

/**
 * Makes a task; a status other than inbox passes the same gates as a move. Tells the lead, and the assignee. Throws
 * `board.not_found`, `task.lead_status_gate`, `task_blocked_cannot_transition`, and the problems of {@link checkLinks}
 * and of the gates.
 */
export function createTask(ctx: Context, boardId: string, input: TaskCreate): Promise<TaskRead> {
  return inTransaction(ctx, async (tx) => {
    const mover = toMover(tx.caller, tx.actor.id);
    if (mover.kind === 'lead') assertLeadMayCreate(input.status, input.assigned_agent_id);
    const board = await findBoardPlace(tx, boardId);
    if (!board) throw notFound('board', boardId);
    const links = await checkLinks(tx, { board, task: undefined, mover }, input);
    const isIdle = input.status === 'inbox' && input.assigned_agent_id === null;
    if (links.openDependencies.length > 0 && !isIdle) throw blocked(links.openDependencies);
    // Nothing can be linked to a task that is not there yet, so a gate that applies is closed.
    const [gate] = toGates({ mover, from: undefined, to: input.status, hasComment: false, board });
    if (gate) throw gateProblem(gate);

    const id = newId(tx.now());
    const start = toStart(id, input, { now: tx.now().toISOString(), lastPositions: board.last_positions });
    const { title, description, priority, due_at } = input;
    await insertTask(tx, { board_id: boardId, title, description, priority, due_at, ...start, ...toOrigin(tx, mover) });
    await saveLinks(tx, { boardId, taskId: id }, input, links);
    const task = await getTask(tx, { boardId, taskId: id });
    await publish(tx, taskCreated, { subjectId: id, boardId, data: { task } });
    await sendNotices(tx, task, planCreationNotices({ mover, after: task, leadId: board.lead_id }));
    return task;
  });
}

const toOrigin = ({ actor }: TxContext, mover: Mover) => {
  const agentId = agentOf(mover);
  return {
    created_by_user_id: agentId === null ? actor.id : null,
    created_by_agent_id: agentId,
    auto_created: agentId !== null,
    auto_reason: agentId === null ? null : `lead_agent:${agentId}`,
  };
};
