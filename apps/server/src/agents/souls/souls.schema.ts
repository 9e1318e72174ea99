import { z } from 'zod';

const MAX_SOUL = 200_000;

export const SoulUpdateRequest = z
  .object({
    content: z.string().max(MAX_SOUL),
    source_url: z.string().max(2000).nullable().default(null),
    reason: z.string().max(20_000).nullable().default(null),
  })
  .meta({ id: 'SoulUpdateRequest' });
export type SoulUpdateRequest = z.infer<typeof SoulUpdateRequest>;
