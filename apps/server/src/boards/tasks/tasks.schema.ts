import { z } from 'zod';
import { Instant, JsonMap } from '#server/platform/http/fields.schema.ts';
import { offsetPage } from '#server/platform/http/page.schema.ts';
import { TagRef } from '../tags/tags.schema.ts';

const MAX_LINKS = 1_000;

export const TaskStatus = z.enum(['inbox', 'in_progress', 'review', 'done']).meta({ id: 'TaskStatus' });
export type TaskStatus = z.infer<typeof TaskStatus>;

const Title = z.string().trim().min(1).max(500);
const Description = z.string().max(100_000).nullable();
const Priority = z.string().trim().min(1).max(32).describe('high, medium, low; others are sorted last.');
const Ids = z
  .array(z.uuid())
  .max(MAX_LINKS)
  .transform((ids) => [...new Set(ids.map((id) => id.toLowerCase()))]);
const Position = z
  .string()
  .max(200)
  .regex(/^[0-9A-Za-z]*[1-9A-Za-z]$/, 'Letters and digits, not ending in 0.')
  .describe('Order in its column, by bytes: any text between those of its neighbours.');
const Values = JsonMap.describe('By field key; null takes the value away.');
const unsent = <S extends z.ZodType>(schema: S) => schema.nullish().transform((value) => value ?? undefined);

/** A task as it is answered everywhere. */
export const TaskRead = z
  .object({
    id: z.uuid(),
    board_id: z.uuid(),
    title: z.string(),
    description: z.string().nullable(),
    status: TaskStatus,
    priority: z.string(),
    due_at: z.iso.datetime().nullable(),
    position: z.string(),
    assigned_agent_id: z.uuid().nullable(),
    depends_on_task_ids: z.array(z.uuid()),
    blocked_by_task_ids: z.array(z.uuid()).describe('Dependencies that are not done; none for a done task.'),
    is_blocked: z.boolean(),
    tag_ids: z.array(z.uuid()),
    tags: z.array(TagRef),
    custom_field_values: z.record(z.string(), z.unknown()).describe('Every field of the board, with its default.'),
    cycle: z.int().describe('One pass from start to done; a rework begins the next.'),
    in_progress_at: z.iso.datetime().nullable(),
    previous_in_progress_at: z.iso.datetime().nullable(),
    created_by_user_id: z.uuid().nullable(),
    auto_created: z.boolean(),
    auto_reason: z.string().nullable(),
    version: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'TaskRead' });
export type TaskRead = z.infer<typeof TaskRead>;

/** A task as a board shows it. */
export const TaskCardRead = TaskRead.extend({
  assignee: z.string().nullable().describe('Name of the assigned agent.'),
  approvals_count: z.int(),
  approvals_pending_count: z.int(),
  comments_count: z.int(),
}).meta({ id: 'TaskCardRead' });
export type TaskCardRead = z.infer<typeof TaskCardRead>;

export const TaskPage = offsetPage(TaskRead).meta({ id: 'Page_TaskRead' });

export const TaskCreate = z
  .object({
    title: Title,
    description: Description.default(null),
    status: TaskStatus.default('inbox'),
    priority: Priority.default('medium'),
    due_at: Instant.nullable().default(null),
    position: Position.nullable().default(null).describe('The end of its column when null.'),
    assigned_agent_id: z.uuid().toLowerCase().nullable().default(null),
    depends_on_task_ids: Ids.default([]),
    tag_ids: Ids.default([]),
    custom_field_values: Values.default({}),
    created_by_user_id: z.uuid().nullable().default(null).describe('Ignored: the creator is the caller.'),
  })
  .meta({ id: 'TaskCreate' });
export type TaskCreate = z.infer<typeof TaskCreate>;

/** What a caller wants changed; a key that is absent or undefined was not sent. */
export const TaskUpdate = z
  .object({
    title: Title.optional(),
    description: Description.optional(),
    status: TaskStatus.optional(),
    priority: Priority.optional(),
    due_at: Instant.nullable().optional(),
    position: Position.optional(),
    assigned_agent_id: z.uuid().toLowerCase().nullable().optional(),
    depends_on_task_ids: unsent(Ids),
    tag_ids: unsent(Ids),
    custom_field_values: unsent(Values),
    comment: z
      .string()
      .max(100_000)
      .nullish()
      .transform((text) => text?.trim() || undefined)
      .describe('Stored as a comment of the task before the change.'),
    version: z.int().optional().describe('The version that the caller saw; another one is refused.'),
  })
  .meta({ id: 'TaskUpdate' });
export type TaskUpdate = z.infer<typeof TaskUpdate>;

export const TaskBulkUpdate = z
  .object({ task_ids: Ids.pipe(z.array(z.string()).min(1).max(100)), patch: TaskUpdate })
  .meta({ id: 'TaskBulkUpdate' });

/** What became of one task of many: the task, or why it did not change. */
export const TaskBulkItem = z
  .object({
    task_id: z.uuid(),
    ok: z.boolean(),
    adjusted: z.boolean().describe('Whether open dependencies sent it to the inbox instead.'),
    task: TaskRead.nullable(),
    error: z.object({ code: z.string(), detail: z.unknown() }).nullable(),
  })
  .meta({ id: 'TaskBulkItem' });
export type TaskBulkItem = z.infer<typeof TaskBulkItem>;

export const TaskBulkResult = z.object({ items: z.array(TaskBulkItem) }).meta({ id: 'TaskBulkResult' });
