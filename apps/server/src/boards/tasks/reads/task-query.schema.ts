import { z } from 'zod';
import { Flag, Instant } from '#server/platform/http/fields.schema.ts';
import { OffsetQuery } from '#server/platform/http/page.schema.ts';

const Tags = z
  .union([z.uuid(), z.array(z.uuid()).max(100)])
  .transform((ids) => [ids].flat())
  .describe('Tasks with any of these tags.');

/** Filters of a list of tasks. Besides these `custom.<key>=<value>` asks for the value of a custom field. */
export const TaskQuery = OffsetQuery.extend({
  status: z.string().max(200).optional().describe('Comma list of inbox, in_progress, review, done.'),
  assigned_agent_id: z.uuid().optional(),
  unassigned: Flag.optional().describe('true: only tasks that nobody has.'),
  q: z.string().max(500).optional().describe('Words of title and description.'),
  priority: z.string().max(32).optional(),
  tag_id: Tags.optional(),
  due_before: Instant.optional(),
  due_after: Instant.optional(),
  is_blocked: Flag.optional(),
  updated_since: Instant.optional(),
  created_by: z.uuid().optional().describe('A user or an agent.'),
  sort: z
    .string()
    .max(50)
    .optional()
    .describe('created_at, updated_at, due_at, priority, status, title or position; a leading - turns it round.'),
}).loose();
export type TaskQuery = z.infer<typeof TaskQuery>;

export const AllTasksQuery = TaskQuery.extend({ board_id: z.uuid().optional() });
