import { type Context, inTransaction, type Platform, systemContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { getAgent } from '../registry/agents.service.ts';
import { Manifest } from '../versions/manifest.schema.ts';
import { findVersion } from '../versions/versions.store.ts';
import { declarationsDrifted } from './declarations.events.ts';
import { compareDeclared, proposeManifest } from './declarations.rules.ts';
import type { AgentDrift } from './declarations.schema.ts';
import { findObserved, listDeclaring } from './declarations.store.ts';

/** Where what an agent declares and what it does differ. Throws `agent.not_found`. */
export async function findDeclarationDrift(ctx: Context, agentId: string): Promise<AgentDrift> {
  const { active_version_id } = await getAgent(ctx, agentId);
  const version = active_version_id === null ? undefined : await findVersion(ctx, agentId, active_version_id);
  const manifest = version?.manifest ?? Manifest.parse({});
  const items = compareDeclared(manifest, await findObserved(ctx, agentId));
  // A new schema is written by who knows the tool.
  const isNew = items.some(({ kind }) => kind !== 'tool_unused' && kind !== 'arguments');
  return {
    agent_id: agentId,
    version_id: active_version_id,
    at: ctx.now().toISOString(),
    items,
    proposal: isNew ? { label: 'as seen', manifest: proposeManifest(manifest, items) } : null,
  };
}

/** Tells of every agent that does what it has not declared; nightly. */
export async function reportDrift(platform: Platform): Promise<void> {
  for (const { id, org_id } of await listDeclaring(platform)) {
    const ctx = systemContext(platform, org_id);
    try {
      const { items } = await findDeclarationDrift(ctx, id);
      const undeclared = items.filter(({ kind }) => kind !== 'tool_unused').map(({ text }) => text);
      if (undeclared.length === 0) continue;
      const { name, board_id } = await getAgent(ctx, id);
      const data = { agent_id: id, name, found: undeclared.slice(0, 20), total: undeclared.length };
      await inTransaction(ctx, (tx) => publish(tx, declarationsDrifted, { subjectId: id, boardId: board_id, data }));
    } catch (error) {
      // One agent must not keep the others from being looked at.
      platform.log.warn({ err: error, agent_id: id }, 'the declarations of an agent could not be compared');
    }
  }
}
