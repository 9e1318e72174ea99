import { z } from 'zod';
import { JsonMap, LastError } from '#server/platform/http/fields.schema.ts';

const Name = z.string().trim().min(1).max(200).nullable().describe('That of the repository when left out.');
const Branch = z
  .string()
  .trim()
  .max(250)
  .regex(/^[A-Za-z0-9._/-]*$/, 'A branch name.')
  .refine((branch) => !branch.includes('..'), 'A branch name holds no ".."')
  .transform((branch) => branch || 'main');

export const SkillPackRead = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    name: z.string(),
    description: z.string().nullable(),
    source_url: z.string(),
    branch: z.string(),
    metadata: z.record(z.string(), z.unknown()),
    skill_count: z.int(),
    last_synced_at: z.iso.datetime().nullable(),
    last_error: LastError.nullable().describe('Why the last sync failed; null after one that did not.'),
    version: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'SkillPackRead' });
export type SkillPackRead = z.infer<typeof SkillPackRead>;

export const SkillPackCreate = z
  .object({
    source_url: z.string().min(1).max(2000).describe('https://github.com/owner/repository'),
    name: Name.default(null),
    description: z.string().max(20_000).nullable().default(null),
    branch: Branch.default('main'),
    metadata: JsonMap.default({}),
    version: z.int().optional().describe('On a change: the version that the caller saw; another one is refused.'),
  })
  .meta({ id: 'SkillPackCreate' });
export type SkillPackCreate = z.infer<typeof SkillPackCreate>;

/** What a sync came to, or that it goes on. */
export const SkillPackSyncResponse = z
  .object({
    ok: z.boolean(),
    pack_id: z.uuid(),
    synced: z.int().describe('Skills that the pack has now.'),
    created: z.int(),
    updated: z.int(),
    removed: z.int().describe('Skills that it has no more; they stay and are marked stale.'),
    warnings: z.array(z.string()),
    state: z.enum(['running', 'succeeded', 'failed']),
    job_id: z.uuid(),
  })
  .meta({ id: 'SkillPackSyncResponse' });
export type SkillPackSyncResponse = z.infer<typeof SkillPackSyncResponse>;
