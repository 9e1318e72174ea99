import { createHash } from 'node:crypto';
import { canonicalJson } from '@mission-control/policy/canonical';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { type AgentRow, findAgentRow, lockAgent, saveAgentVersion } from '../registry/agent-rows.store.ts';
import { diffManifests } from './diff.rules.ts';
import { parseManifest } from './manifest.rules.ts';
import type { Manifest } from './manifest.schema.ts';
import { versionActivated, versionCreated } from './versions.events.ts';
import type { AgentVersion, AgentVersionCreate, AgentVersionDetail, VersionDiff } from './versions.schema.ts';
import { findVersion, findVersionByHash, insertVersion, saveActiveVersion } from './versions.store.ts';

/** Where a manifest comes from. */
export interface Provenance {
  label?: string | undefined;
  git_sha?: string | undefined;
  lockfile_hash?: string | undefined;
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

/** Finds or makes the version with this content, in the caller's transaction that holds the agent's row. */
export async function registerVersion(
  tx: TxContext,
  agent: AgentRow,
  manifest: Manifest,
  provenance: Provenance,
): Promise<RegisteredVersion> {
  const { label, git_sha = null, lockfile_hash = null } = provenance;
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
  });
  await publish(tx, versionCreated, toFact(version));
  const active = agent.active_version_id === null || agent.auto_activate;
  if (active) await activateVersion(tx, agent, version, manifest);
  return { version, created: true, active };
}

const toFact = ({ id, agent_id, number }: AgentVersion) => ({
  subjectId: agent_id,
  data: { agent_id, version_id: id, number },
});

async function activateVersion(
  tx: TxContext,
  agent: AgentRow,
  version: AgentVersion,
  manifest: Manifest,
): Promise<void> {
  await saveActiveVersion(tx, agent.id, version.id);
  await saveAgentVersion(tx, agent.id, version.id, manifest.model?.name ?? null);
  await publish(tx, versionActivated, toFact(version));
}

/** Adds a version by hand or from CI. The same content again answers the version that stands. */
export function createVersion(ctx: Context, agentId: string, input: AgentVersionCreate): Promise<RegisteredVersion> {
  const { manifest } = readManifest(input.manifest, '/manifest');
  return inTransaction(ctx, async (tx) => {
    const agent = await lockAgent(tx, agentId);
    if (!agent) throw notFound('agent', agentId);
    return registerVersion(tx, agent, manifest, input);
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
