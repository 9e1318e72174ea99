import { z } from 'zod';

export const Grant = z
  .object({
    id: z.uuid(),
    approval_id: z.uuid(),
    uses_left: z.int(),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Grant' });
export type Grant = z.infer<typeof Grant>;

export const GrantConsume = z
  .object({
    step_key: z.string().min(1).max(1024),
    args_hash: z.string().max(128).describe('Of the arguments as they are now, keyed as in the bundle.'),
  })
  .meta({ id: 'GrantConsume' });
export type GrantConsume = z.infer<typeof GrantConsume>;
