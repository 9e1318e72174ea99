import { z } from 'zod';

const Status = z
  .string()
  .max(200)
  .nullable()
  .default(null)
  .describe('online, offline, updating or provisioning; any other word, or none, means online.');

export const AgentHeartbeat = z.object({ status: Status }).meta({ id: 'AgentHeartbeat' });

export const AgentHeartbeatCreate = z
  .object({
    status: Status,
    name: z.string().trim().min(1).max(200),
    board_id: z.uuid().toLowerCase().nullable().default(null),
  })
  .meta({ id: 'AgentHeartbeatCreate' });
export type AgentHeartbeatCreate = z.infer<typeof AgentHeartbeatCreate>;

export const AgentHealthStatusResponse = z
  .object({
    ok: z.boolean(),
    agent_id: z.uuid(),
    board_id: z.uuid().nullable(),
    gateway_id: z.uuid().nullable().describe('Null only for agents without a gateway.'),
    status: z.string(),
    is_board_lead: z.boolean(),
  })
  .meta({ id: 'AgentHealthStatusResponse' });
