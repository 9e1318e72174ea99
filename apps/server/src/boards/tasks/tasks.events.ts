import { z } from 'zod';
import { type ActivityLine, defineEvent, type StreamFact } from '#server/platform/events/publish.ts';
import { TaskRead, TaskStatus } from './tasks.schema.ts';

const TaskFact = z.object({ task: TaskRead });

const TaskChangeFact = TaskFact.extend({
  from: TaskStatus,
  to: TaskStatus,
  changed: z.array(z.string()).describe('Names of fields.'),
});
type TaskChangeFact = z.infer<typeof TaskChangeFact>;

const TaskDueFact = TaskFact.extend({ due_at: z.iso.datetime() });

const toStream = ({ type, activity, data: { task } }: StreamFact<z.infer<typeof TaskFact>>) => ({
  event: 'task',
  data: { type, activity, task },
});
const streams = { tasks: toStream };

const audit = ({ task: { title, status, assigned_agent_id, version } }: z.infer<typeof TaskFact>) => ({
  title,
  status,
  assigned_agent_id,
  version,
});
const auditChange = ({ from, to, changed, ...fact }: TaskChangeFact) => ({ ...audit(fact), from, to, changed });

const words = (status: string): string => status.replace('_', ' ');

const toLine = ({ task, from, to, changed }: TaskChangeFact, message: string): ActivityLine => ({
  message: `${task.title}: ${message}`,
  taskId: task.id,
  data: { from, to, changed },
});

export const taskCreated = defineEvent({
  type: 'task.created',
  subject: 'task',
  schema: TaskFact,
  streams,
  activity: ({ task }) => ({ message: `${task.title}: created in ${words(task.status)}.`, taskId: task.id }),
  audit,
});

export const taskUpdated = defineEvent({
  type: 'task.updated',
  subject: 'task',
  schema: TaskChangeFact,
  streams,
  activity: (fact) => toLine(fact, `${fact.changed.map(words).join(', ')} changed.`),
  audit: auditChange,
});

export const taskStatusChanged = defineEvent({
  type: 'task.status_changed',
  subject: 'task',
  schema: TaskChangeFact,
  streams,
  activity: (fact) => toLine(fact, `from ${words(fact.from)} to ${words(fact.to)}.`),
  audit: auditChange,
});

/** Its line of history belongs to the board: what belonged to the task is gone. */
export const taskDeleted = defineEvent({
  type: 'task.deleted',
  subject: 'task',
  schema: TaskFact,
  streams: {
    tasks: ({ data: { task } }) => ({
      event: 'deleted',
      data: { type: 'task.deleted', id: task.id, board_id: task.board_id },
    }),
  },
  activity: ({ task }) => ({ message: `${task.title}: deleted.`, data: { task_id: task.id } }),
  audit,
});

const due = (type: string, message: string) =>
  defineEvent({
    type,
    subject: 'task',
    schema: TaskDueFact,
    activity: ({ task, due_at }) => ({ message: `${task.title}: ${message}`, taskId: task.id, data: { due_at } }),
  });

export const taskDueSoon = due('task.due_soon', 'due within a day.');
export const taskOverdue = due('task.overdue', 'overdue.');
