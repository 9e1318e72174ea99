import { z } from 'zod';
import { isHeartbeatInterval } from '#server/agents/index.ts';

export const BoardGroupHeartbeatApply = z
  .object({
    every: z
      .string()
      .trim()
      .refine(isHeartbeatInterval, 'is no interval from 30s to 7d such as 10m, and not off')
      .describe('`10m`, `2h`, …, from 30 s to 7 d; `off` or `0` for none.'),
    include_board_leads: z.boolean().default(false),
  })
  .meta({ id: 'BoardGroupHeartbeatApply' });
export type BoardGroupHeartbeatApply = z.infer<typeof BoardGroupHeartbeatApply>;

export const BoardGroupHeartbeatApplyResult = z
  .object({
    board_group_id: z.uuid(),
    requested: z.record(z.string(), z.unknown()),
    updated_agent_ids: z.array(z.uuid()),
    failed_agent_ids: z.array(z.uuid()).describe('Agents that are only observed.'),
  })
  .meta({ id: 'BoardGroupHeartbeatApplyResult' });
export type BoardGroupHeartbeatApplyResult = z.infer<typeof BoardGroupHeartbeatApplyResult>;
