import { z } from 'zod';
import { Flag, Instant, JsonMap } from '#server/platform/http/fields.schema.ts';
import { OffsetQuery, offsetPage } from '#server/platform/http/page.schema.ts';

const MAX_TEXT = 20_000;
const MAX_LONG_TEXT = 100_000;

const Name = z.string().trim().min(1).max(200);
const Description = z.string().trim().min(1).max(MAX_LONG_TEXT);
const BoardType = z.string().trim().min(1).max(200).describe('`goal` and `general` have meaning.');
const MaxAgents = z.int32().min(0).describe('How many agents the lead may make.');
const WithoutGateway = z.boolean().optional().describe('For teams whose agents are all external: no gateway.');

/** What a board is for. */
export const Goal = z.object({
  objective: z.string().max(MAX_LONG_TEXT).nullable(),
  success_metrics: JsonMap.nullable(),
  target_date: Instant.nullable(),
});

export const BoardCreate = z
  .object({
    name: Name,
    slug: z.string().max(200).describe('Blank: made from the name. Made unique by a suffix.'),
    description: Description,
    gateway_id: z.uuid().toLowerCase().nullable().default(null),
    without_gateway: WithoutGateway,
    board_group_id: z.uuid().toLowerCase().nullable().default(null),
    board_type: BoardType.default('goal'),
    objective: Goal.shape.objective.default(null),
    success_metrics: Goal.shape.success_metrics.default(null),
    target_date: Goal.shape.target_date.default(null),
    goal_confirmed: z.boolean().default(false),
    goal_source: z.string().max(MAX_TEXT).nullable().default(null),
    require_approval_for_done: z.boolean().default(true),
    require_review_before_done: z.boolean().default(false),
    comment_required_for_review: z.boolean().default(false),
    block_status_changes_with_pending_approval: z.boolean().default(false),
    only_lead_can_change_status: z.boolean().default(false),
    max_agents: MaxAgents.default(1),
  })
  .meta({ id: 'BoardCreate' });
export type BoardCreate = z.infer<typeof BoardCreate>;

/** What may be changed; null only where it means "none". */
export const BoardUpdate = z
  .object({
    name: Name,
    slug: z.string().trim().min(1).max(200),
    description: Description,
    gateway_id: z.uuid().toLowerCase().nullable(),
    board_group_id: z.uuid().toLowerCase().nullable(),
    board_type: BoardType,
    ...Goal.shape,
    goal_confirmed: z.boolean(),
    goal_source: z.string().max(MAX_TEXT).nullable(),
    require_approval_for_done: z.boolean(),
    require_review_before_done: z.boolean(),
    comment_required_for_review: z.boolean(),
    block_status_changes_with_pending_approval: z.boolean(),
    only_lead_can_change_status: z.boolean(),
    max_agents: MaxAgents,
  })
  .partial()
  .extend({ without_gateway: WithoutGateway, version: z.int().optional() })
  .meta({ id: 'BoardUpdate' });
export type BoardUpdate = z.infer<typeof BoardUpdate>;

export const BoardRead = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    name: z.string(),
    slug: z.string(),
    description: z.string(),
    gateway_id: z.uuid().nullable(),
    board_group_id: z.uuid().nullable(),
    board_type: z.string(),
    objective: z.string().nullable(),
    success_metrics: z.record(z.string(), z.unknown()).nullable(),
    target_date: z.iso.datetime().nullable(),
    goal_confirmed: z.boolean(),
    goal_source: z.string().nullable(),
    require_approval_for_done: z.boolean(),
    require_review_before_done: z.boolean(),
    comment_required_for_review: z.boolean(),
    block_status_changes_with_pending_approval: z.boolean(),
    only_lead_can_change_status: z.boolean(),
    max_agents: z.int(),
    paused_at: z.iso.datetime().nullable().describe('Set while the board is paused.'),
    version: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'BoardRead' });
export type BoardRead = z.infer<typeof BoardRead>;

/** How much is on a board now. */
export const BoardCounts = z
  .object({
    tasks: z.int(),
    open_tasks: z.int().describe('Not done.'),
    pending_approvals: z.int(),
    agents: z.int(),
    agents_online: z.int(),
  })
  .meta({ id: 'BoardCounts' });
export type BoardCounts = z.infer<typeof BoardCounts>;

const BoardLine = BoardRead.extend({
  counts: BoardCounts.optional().describe('Only when `with_counts` asks for them.'),
});

export const BoardPage = offsetPage(BoardLine).meta({ id: 'Page_BoardRead' });

export const BoardQuery = OffsetQuery.extend({
  gateway_id: z.uuid().optional(),
  board_group_id: z.uuid().optional(),
  with_counts: Flag.default(false).describe('Whether each board comes with how much is on it.'),
});
export type BoardQuery = z.infer<typeof BoardQuery>;
