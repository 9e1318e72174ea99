import { z } from 'zod';

/** What is known of the usual behaviour of an agent. */
export const BaselineState = z
  .object({
    agent_id: z.uuid(),
    runs: z.int(),
    days: z.number(),
    is_learning: z.boolean().describe('Below 50 runs nothing is compared; rules such as loops hold at once.'),
    p50_ms: z.number().nullable(),
    p50_tokens: z.number().nullable(),
    error_rate: z.number().nullable(),
    updated_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'BaselineState' });
export type BaselineState = z.infer<typeof BaselineState>;
