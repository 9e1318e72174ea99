import { z } from 'zod';
import { AgentRead } from '#server/agents/index.ts';
import { ApprovalRead } from '#server/governance/index.ts';
import { Flag } from '#server/platform/http/fields.schema.ts';
import { BoardRead } from '../boards/boards.schema.ts';
import { BoardGroupRead } from '../groups/groups.schema.ts';
import { BoardMemoryRead } from '../memory/memory.schema.ts';
import { TagRef } from '../tags/tags.schema.ts';
import { TaskCardRead, TaskStatus } from '../tasks/tasks.schema.ts';

export const BoardSnapshot = z
  .object({
    board: BoardRead,
    tasks: z.array(TaskCardRead).describe('All open tasks and the newest 200 done ones, newest first.'),
    tasks_total: z.int(),
    tasks_truncated: z.boolean().describe('Whether there are more done tasks than these.'),
    agents: z.array(AgentRead).describe('Newest first.'),
    approvals: z.array(ApprovalRead).describe('The newest 200, newest first.'),
    pending_approvals_count: z.int(),
    chat_messages: z.array(BoardMemoryRead).describe('The newest 200, oldest first.'),
    cursor: z.string().describe('The `Last-Event-ID` for streams that continue from here.'),
  })
  .meta({ id: 'BoardSnapshot' });
export type BoardSnapshot = z.infer<typeof BoardSnapshot>;

export const BoardGroupTaskSummary = z
  .object({
    id: z.uuid(),
    board_id: z.uuid(),
    board_name: z.string(),
    title: z.string(),
    status: TaskStatus,
    priority: z.string(),
    assigned_agent_id: z.uuid().nullable(),
    assignee: z.string().nullable(),
    due_at: z.iso.datetime().nullable(),
    in_progress_at: z.iso.datetime().nullable(),
    tags: z.array(TagRef),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'BoardGroupTaskSummary' });
export type BoardGroupTaskSummary = z.infer<typeof BoardGroupTaskSummary>;

export const BoardGroupBoardSnapshot = z
  .object({
    board: BoardRead,
    task_counts: z.record(z.string(), z.int()).describe('By status, over all tasks.'),
    tasks: z.array(BoardGroupTaskSummary).describe('What is worked on first, then by priority.'),
  })
  .meta({ id: 'BoardGroupBoardSnapshot' });

export const BoardGroupSnapshot = z
  .object({ group: BoardGroupRead.nullable(), boards: z.array(BoardGroupBoardSnapshot) })
  .meta({ id: 'BoardGroupSnapshot' });
export type BoardGroupSnapshot = z.infer<typeof BoardGroupSnapshot>;

export const GroupSnapshotQuery = z.object({
  include_done: Flag.default(false),
  per_board_task_limit: z.coerce.number().int().min(0).max(100).default(5).describe('0 gives counts only.'),
});
export type GroupSnapshotQuery = z.infer<typeof GroupSnapshotQuery>;

export const BoardGroupSnapshotQuery = GroupSnapshotQuery.extend({
  include_self: Flag.default(false).describe('Whether the board itself is among them.'),
});
export type BoardGroupSnapshotQuery = z.infer<typeof BoardGroupSnapshotQuery>;
