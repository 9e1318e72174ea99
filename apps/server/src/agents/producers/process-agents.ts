import type { Context } from '#server/platform/context.ts';
import { listProcessAgents, type ProcessAgent } from './producers.store.ts';

/** How long the agents of a process are believed: telemetry asks with every batch. */
const BELIEVED_MS = 2_000;
const MAX_ENTRIES = 10_000;

export type GetProcessAgents = (ctx: Context) => Promise<ProcessAgent[]>;

/** The agents that the calling process may report for, looked up at most every two seconds. */
export function createProcessAgents(): GetProcessAgents {
  const believed = new Map<string, { agents: Promise<ProcessAgent[]>; until: number }>();
  return (ctx) => {
    const key = `${ctx.orgId}:${ctx.actor.id}`;
    const at = ctx.now().getTime();
    const known = believed.get(key);
    if (known && known.until > at) return known.agents;
    if (believed.size >= MAX_ENTRIES) believed.clear();
    const agents = listProcessAgents(ctx, ctx.actor.id);
    believed.set(key, { agents, until: at + BELIEVED_MS });
    agents.catch(() => believed.delete(key)); // the caller sees the failure; the next one looks again
    return agents;
  };
}
