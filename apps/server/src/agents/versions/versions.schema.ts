import { z } from 'zod';
import { Manifest } from './manifest.schema.ts';

export const AgentVersionState = z.enum(['pending', 'active', 'superseded', 'rejected']);
export type AgentVersionState = z.infer<typeof AgentVersionState>;

export const AgentVersion = z
  .object({
    id: z.uuid(),
    agent_id: z.uuid(),
    number: z.int(),
    label: z.string().nullable(),
    content_hash: z.string().describe('SHA-256 in hex of the canonical manifest, git_sha and lockfile_hash.'),
    git_sha: z.string().nullable(),
    lockfile_hash: z.string().nullable(),
    state: AgentVersionState,
    created_by: z.object({ kind: z.string(), id: z.string() }),
    created_at: z.iso.datetime(),
    tools: z.int().describe('How many tools it declares.'),
  })
  .meta({ id: 'AgentVersion' });
export type AgentVersion = z.infer<typeof AgentVersion>;

export const AgentVersionDetail = AgentVersion.extend({ manifest: Manifest }).meta({ id: 'AgentVersionDetail' });
export type AgentVersionDetail = z.infer<typeof AgentVersionDetail>;

export const AgentVersionCreate = z
  .object({
    manifest: z.unknown().describe('A Manifest; unknown keys are reported, not refused.'),
    label: z.string().max(200).optional(),
    git_sha: z.string().max(64).optional(),
    lockfile_hash: z.string().max(128).optional(),
  })
  .meta({ id: 'AgentVersionCreate' });
export type AgentVersionCreate = z.infer<typeof AgentVersionCreate>;

export const VersionChange = z
  .object({
    op: z.enum(['add', 'remove', 'change']),
    path: z.string().describe('`tools/billing~1refund/side_effect`: segments as in RFC 6901.'),
    before: z.unknown(),
    after: z.unknown(),
    summary: z.string(),
    risk: z.enum(['none', 'widens', 'narrows']),
  })
  .meta({ id: 'VersionChange' });
export type VersionChange = z.infer<typeof VersionChange>;

export const VersionDiff = z
  .object({ from: AgentVersion, to: AgentVersion, changes: z.array(VersionChange) })
  .meta({ id: 'VersionDiff' });
export type VersionDiff = z.infer<typeof VersionDiff>;
