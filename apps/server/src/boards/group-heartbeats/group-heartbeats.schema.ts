import { z } from 'zod';
import { HeartbeatInterval } from '#server/agents/index.ts';
import { Flag } from '#server/platform/http/fields.schema.ts';

export const BoardGroupHeartbeatApply = z
  .object({
    every: HeartbeatInterval,
    include_board_leads: z.boolean().default(false),
  })
  .meta({ id: 'BoardGroupHeartbeatApply' });
export type BoardGroupHeartbeatApply = z.infer<typeof BoardGroupHeartbeatApply>;

export const GroupHeartbeatQuery = z.object({ every: HeartbeatInterval, include_board_leads: Flag.default(false) });

export const BoardGroupHeartbeatApplyResult = z
  .object({
    board_group_id: z.uuid(),
    requested: z.record(z.string(), z.unknown()),
    updated_agent_ids: z.array(z.uuid()),
    failed_agent_ids: z.array(z.uuid()).describe('Agents that are only observed.'),
  })
  .meta({ id: 'BoardGroupHeartbeatApplyResult' });
export type BoardGroupHeartbeatApplyResult = z.infer<typeof BoardGroupHeartbeatApplyResult>;
