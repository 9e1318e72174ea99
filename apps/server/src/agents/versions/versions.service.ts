import { createHash } from 'node:crypto';
import { canonicalJson } from '@mission-control/policy/canonical';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { getDeployTarget } from '../deploy-targets/deploy-targets.service.ts';
import { recordArrival, startDeployment } from '../deployments/deployments.service.ts';
import { type AgentRow, findAgentRow, lockAgent } from '../registry/agent-rows.store.ts';
import { diffManifests } from './diff.rules.ts';
import { parseManifest } from './manifest.rules.ts';
import type { Manifest } from './manifest.schema.ts';
import { versionCreated } from './versions.events.ts';
import type { AgentVersion, AgentVersionCreate, AgentVersionDetail, VersionDiff } from './versions.schema.ts';
import { findVersion, findVersionByHash, insertVersion } from './versions.store.ts';

/** Where a manifest comes from. */
export interface Provenance {
  label?: string | undefined;
  git_sha?: string | undefined;
  lockfile_hash?: string | undefined;
  deploy_target_id?: string | undefined;
  target_ref?: string | undefined;
}

export interface RegisteredVersion {
  version: AgentVersion;
  created: boolean;
  active: boolean;
}

/** Throws 422 `manifest.invalid` with a pointer, message and suggestion per problem. */
export function readManifest(raw: unknown, at = ''): { manifest: Manifest; warnings: string[] } {
  const parsed = parseManifest(raw);
  if ('manifest' in parsed) return parsed;
  const body = parsed.issues.map((issue) => ({ ...issue, pointer: at + issue.pointer }));
  const first = body[0];
  throw new Problem('manifest.invalid', 422, `${first?.pointer}: ${first?.message}`, { body });
}

/** How a new version comes into effect when its agent takes new ones by itself. */
type Activate = (tx: TxContext, agent: AgentRow, version: AgentVersionDetail) => Promise<unknown>;

/**
 * Finds or makes the version with this content, in the caller's transaction that holds the agent's row. Without `activate`
 * it came with a process that runs it: nothing is left to swap.
 */
export async function registerVersion(
  tx: TxContext,
  agent: AgentRow,
  { manifest, ...provenance }: Provenance & { manifest: Manifest },
  activate: Activate = recordArrival,
): Promise<RegisteredVersion> {
  const { label, git_sha = null, lockfile_hash = null, deploy_target_id = null, target_ref = null } = provenance;
  const contentHash = createHash('sha256').update(canonicalJson({ manifest, git_sha, lockfile_hash })).digest();
  const known = await findVersionByHash(tx, agent.id, contentHash);
  if (known) return { version: known, created: false, active: known.id === agent.active_version_id };
  const version = await insertVersion(tx, {
    id: newId(tx.now()),
    agent_id: agent.id,
    label: label ?? null,
    content_hash: contentHash,
    manifest: JSON.stringify(manifest),
    git_sha,
    lockfile_hash,
    deploy_target_id,
    target_ref,
  });
  await publish(tx, versionCreated, toFact(version));
  const active = agent.active_version_id === null || agent.auto_activate;
  if (active) await activate(tx, agent, { ...version, manifest });
  return { version, created: true, active };
}

const toFact = ({ id, agent_id, number }: AgentVersion) => ({
  subjectId: agent_id,
  data: { agent_id, version_id: id, number },
});

const REASON = 'It was added, and the agent takes new versions by itself.';

/**
 * Adds a version by hand or from CI. The same content again answers the version that stands. Throws `agent.not_found`,
 * `manifest.invalid`, `deploy_target.not_found`, `version.target_ref_missing`.
 */
export function createVersion(ctx: Context, agentId: string, input: AgentVersionCreate): Promise<RegisteredVersion> {
  const { manifest } = readManifest(input.manifest, '/manifest');
  return inTransaction(ctx, async (tx) => {
    const agent = await lockAgent(tx, agentId);
    if (!agent) throw notFound('agent', agentId);
    if (input.deploy_target_id !== undefined) await getDeployTarget(tx, input.deploy_target_id);
    return registerVersion(tx, agent, { ...input, manifest }, (_tx, _agent, version) =>
      startDeployment(tx, agent, version, { kind: 'activate', reason: REASON }),
    );
  });
}

/** Throws `agent.not_found`, `version.not_found`. */
export async function getVersion(ctx: Context, agentId: string, id: string): Promise<AgentVersionDetail> {
  const version = await findVersion(ctx, agentId, id);
  if (version) return version;
  throw (await findAgentRow(ctx, agentId)) ? notFound('version', id) : notFound('agent', agentId);
}

/** What changed from one version of an agent to another. */
export async function diffVersions(ctx: Context, agentId: string, fromId: string, toId: string): Promise<VersionDiff> {
  const { manifest: before, ...from } = await getVersion(ctx, agentId, fromId);
  const { manifest: after, ...to } = await getVersion(ctx, agentId, toId);
  return { from, to, changes: diffManifests(before, after) };
}
