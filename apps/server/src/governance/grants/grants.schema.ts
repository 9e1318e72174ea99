import { z } from 'zod';

export const Pins = z
  .record(z.string().max(200), z.union([z.number(), z.string().regex(/^[0-9a-f]{64}$/)]))
  .refine((pins) => Object.keys(pins).length <= 20, 'are more than 20')
  .describe('By path into the arguments: a number, or the hash of what stands there, keyed as in the bundle.');
export type Pins = z.infer<typeof Pins>;

export const Grant = z
  .object({
    id: z.uuid(),
    approval_id: z.uuid(),
    uses_left: z.int(),
    pins: Pins.nullable().describe(
      'Of leave for all calls of the run that are like this one: what they have in common.',
    ),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'Grant' });
export type Grant = z.infer<typeof Grant>;

export const GrantConsume = z
  .object({
    step_key: z.string().min(1).max(1024),
    args_hash: z.string().max(128).describe('Of the arguments as they are now, keyed as in the bundle.'),
    like: z
      .object({ run_id: z.uuid(), tool: z.string().max(256), pins: Pins })
      .optional()
      .describe('Of a call that is like the one that leave was given for.'),
  })
  .meta({ id: 'GrantConsume' });
export type GrantConsume = z.infer<typeof GrantConsume>;
