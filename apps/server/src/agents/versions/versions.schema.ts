import { z } from 'zod';
import { VersionWatch } from '../version-watch/watch.schema.ts';
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
    deploy_target_id: z.uuid().nullable().describe('The target that puts this version into effect; else its agent’s.'),
    target_ref: z.string().nullable().describe('What the target knows the version by: an image, a build.'),
    state: AgentVersionState,
    created_by: z.object({ kind: z.string(), id: z.string() }),
    created_at: z.iso.datetime(),
    tools: z.int().describe('How many tools it declares.'),
  })
  .meta({ id: 'AgentVersion' });
export type AgentVersion = z.infer<typeof AgentVersion>;

/** A version with how it did in the last 30 days. */
export const AgentVersionListed = AgentVersion.extend({
  runs: z.int().describe('That ended.'),
  error_rate: z.number().nullable(),
  p95_ms: z.number().nullable(),
  mean_score: z.number().nullable(),
  watch: VersionWatch.nullable().describe('Of its last activation.'),
}).meta({ id: 'AgentVersionListed' });
export type AgentVersionListed = z.infer<typeof AgentVersionListed>;

export const AgentVersionDetail = AgentVersion.extend({ manifest: Manifest }).meta({ id: 'AgentVersionDetail' });
export type AgentVersionDetail = z.infer<typeof AgentVersionDetail>;

export const AgentVersionCreate = z
  .object({
    manifest: z.unknown().describe('A Manifest; unknown keys are reported, not refused.'),
    label: z.string().max(200).optional(),
    git_sha: z.string().max(64).optional(),
    lockfile_hash: z.string().max(128).optional(),
    deploy_target_id: z.uuid().optional(),
    target_ref: z.string().trim().min(1).max(500).optional(),
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
