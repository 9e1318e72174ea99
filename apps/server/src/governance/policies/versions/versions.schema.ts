import { z } from 'zod';
import { PolicyActor } from '../policies.schema.ts';

export const PolicyVersion = z
  .object({
    version: z.int(),
    hash: z.string().describe('SHA-256 of the source.'),
    note: z.string().nullable(),
    author: PolicyActor,
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'PolicyVersion' });
export type PolicyVersion = z.infer<typeof PolicyVersion>;

export const PolicyVersionDetail = PolicyVersion.extend({ source: z.string() }).meta({ id: 'PolicyVersionDetail' });
export type PolicyVersionDetail = z.infer<typeof PolicyVersionDetail>;
