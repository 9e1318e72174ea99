import { sendMessages } from '#server/agents/index.ts';
import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { publishAll } from '#server/platform/events/publish.ts';
import { toMessageTask } from '../notices/notices.ts';
import { taskDueSoon, taskOverdue } from '../tasks.events.ts';
import { type DueKind, type DueTask, listOrganizationsWithDue, takeDue } from './due.store.ts';

/** At most so many dates in one transaction. */
const AT_ONCE = 100;

const EVENTS = { soon: taskDueSoon, overdue: taskOverdue };
const MESSAGES = { soon: 'task.due_soon', overdue: 'task.overdue' } as const;

/** Says once per date that a task is due within a day, and that it is overdue, and tells its assignee, else the lead. */
export async function announceDueDates(platform: Platform): Promise<void> {
  for (const kind of ['overdue', 'soon'] as const)
    for (const orgId of await listOrganizationsWithDue(platform, kind))
      while ((await announceSome(platform, orgId, kind)) === AT_ONCE);
}

const announceSome = (platform: Platform, orgId: string, kind: DueKind): Promise<number> =>
  inTransaction(systemContext(platform, orgId), async (tx) => {
    const due = await takeDue(tx, kind, AT_ONCE);
    await publishAll(
      tx,
      EVENTS[kind],
      due.map(({ task }) => ({
        subjectId: task.id,
        boardId: task.board_id,
        data: { task, due_at: task.due_at ?? '' },
      })),
    );
    await tell(tx, kind, due);
    return due.length;
  });

async function tell(tx: TxContext, kind: DueKind, due: DueTask[]): Promise<void> {
  await sendMessages(
    tx,
    due.flatMap(({ task, lead_id }) => {
      const agentId = task.assigned_agent_id ?? lead_id;
      const data = { task: toMessageTask(task), due_at: task.due_at ?? '' };
      return agentId === null ? [] : [{ agentId, kind: MESSAGES[kind], data, taskId: task.id }];
    }),
  );
}
