import { z } from 'zod';
import { offsetPage } from '#server/platform/http/page.schema.ts';

const Message = z.string().max(100_000).trim().min(1);

export const TaskCommentCreate = z.object({ message: Message }).meta({ id: 'TaskCommentCreate' });
export const TaskCommentUpdate = z.object({ message: Message }).meta({ id: 'TaskCommentUpdate' });

/** A remark on a task. Its id is that of its line in the history. */
export const TaskCommentRead = z
  .object({
    id: z.uuid(),
    task_id: z.uuid(),
    message: z.string().nullable(),
    agent_id: z.uuid().nullable(),
    user_id: z.uuid().nullable(),
    user_name: z.string().nullable(),
    created_at: z.iso.datetime(),
    edited_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'TaskCommentRead' });
export type TaskCommentRead = z.infer<typeof TaskCommentRead>;

export const TaskCommentPage = offsetPage(TaskCommentRead).meta({ id: 'Page_TaskCommentRead' });
