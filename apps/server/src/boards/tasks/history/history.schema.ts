import { z } from 'zod';
import { TaskStatus } from '../tasks.schema.ts';

/** One step of a task from status to status; its first has no status before. */
export const TaskStatusChange = z
  .object({
    id: z.uuid(),
    task_id: z.uuid(),
    cycle: z.int(),
    from_status: TaskStatus.nullable(),
    to_status: TaskStatus,
    actor: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
    at: z.iso.datetime(),
  })
  .meta({ id: 'TaskStatusChange' });
export type TaskStatusChange = z.infer<typeof TaskStatusChange>;
