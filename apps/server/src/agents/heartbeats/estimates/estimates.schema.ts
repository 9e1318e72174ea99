import { z } from 'zod';

/** What switching scheduled turns on would cost, and whose it would stop. */
export const HeartbeatEstimate = z
  .object({
    every: z.string(),
    agents: z.int().describe('How many agents would have turns by schedule at this pace.'),
    turns_a_day: z.int(),
    tokens_a_day: z.int().describe('About 8,000 input tokens a turn.'),
    stops: z
      .int()
      .describe(
        'Agents of the gateways whose scheduled turns would end: gateways run only those with a pace of their own.',
      ),
    stopping: z.array(z.string()).describe('Their names, at most a hundred.'),
    unreached_gateway_ids: z.array(z.uuid()).describe('Gateways that could not be asked whose would stop.'),
  })
  .meta({ id: 'HeartbeatEstimate' });
export type HeartbeatEstimate = z.infer<typeof HeartbeatEstimate>;
