import { compileGlobs } from '@mission-control/policy';
import { ensureReportedAgent, listProcessAgents, type ReportedAgent } from '#server/agents/index.ts';
import { findServiceKey } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { TreeRun } from '../settling/tree.rules.ts';

/** Finds the agents of runs by identity, as far as whoever told the lines may speak of them; each is looked up once. */
export type FindAgents = (
  ctx: Context,
  producerId: string,
  runs: Iterable<TreeRun>,
) => Promise<Map<string, ReportedAgent>>;

/** Remembers what it finds, so it lives for one round of traces only. */
export function createAgentFinder(): FindAgents {
  const keys = new Map<string, Promise<(slug: string) => boolean>>();
  const agents = new Map<string, Promise<ReportedAgent | undefined>>();
  return async (ctx, producerId, runs) => {
    const mayReport = await remember(keys, ctx.orgId + producerId, () => findLimits(ctx, producerId));
    const found = new Map<string, ReportedAgent>();
    for (const identity of new Set([...runs].map(({ agent }) => agent.identity))) {
      const key = `${ctx.orgId}${producerId}${identity}`;
      const agent = await remember(agents, key, () => ensureReportedAgent(ctx, identity, mayReport));
      if (agent) found.set(identity, agent);
    }
    return found;
  };
}

function remember<T>(known: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const finding = known.get(key) ?? find();
  known.set(key, finding);
  return finding;
}

/** Of which slugs a service key may speak; a process of the agents that it enrolled. */
export async function findLimits(ctx: Context, producerId: string): Promise<(slug: string) => boolean> {
  const key = await findServiceKey(ctx, producerId);
  if (key) return key.agent_slugs.length === 0 ? () => true : compileGlobs(key.agent_slugs);
  const own = new Set((await listProcessAgents(ctx, producerId)).map(({ slug }) => slug));
  return (slug) => own.has(slug);
}
