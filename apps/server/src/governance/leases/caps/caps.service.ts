import type { Context } from '#server/platform/context.ts';
import { type AgentPolicies, listPoliciesFor } from '../../policies/scopes/scopes.store.ts';
import { countProcesses, type LeaseAgent } from '../leases.store.ts';
import { type Cap, toCaps } from './caps.rules.ts';

const MAX_ENTRIES = 5_000;

export type FindCaps = (ctx: Context, agent: LeaseAgent) => Promise<Cap[]>;

/**
 * What caps an agent. Its policies are read once per bundle, whose number every change of them raises in its own
 * transaction: a cap that was lowered binds at once.
 */
export function createCaps(): FindCaps {
  const known = new Map<string, Promise<AgentPolicies>>();
  return async (ctx, agent) => {
    const { id, bundle, agent_type, board_id, board_group_id, max_concurrency } = agent;
    const key = `${id}:${bundle}:${agent_type}:${board_id}:${board_group_id}`;
    const found = known.get(key) ?? findPolicies(ctx, agent);
    if (known.size >= MAX_ENTRIES) known.clear();
    known.set(key, found);
    found.catch(() => known.delete(key)); // the caller sees the failure; the next one looks again
    const { policies, exceptions } = await found;
    const at = ctx.now().getTime();
    const exempt = exceptions.flatMap(({ rule, until }) => (Date.parse(until) > at ? rule : []));
    return toCaps(policies, new Set(exempt), max_concurrency);
  };
}

const NONE: AgentPolicies = { policies: [], exceptions: [] };

const findPolicies = async (ctx: Context, { id }: LeaseAgent): Promise<AgentPolicies> =>
  (await listPoliciesFor(ctx, [{ id }])).get(id) ?? NONE;

/** How long a number of processes is believed: it only says which part of a cap is one's own. */
const BELIEVED_MS = 5_000;

export type CountProcesses = (ctx: Context, agentId: string) => Promise<number>;

/** How many processes of an agent live, as of a few seconds ago. */
export function createProcessCount(): CountProcesses {
  const known = new Map<string, { until: number; count: Promise<number> }>();
  return (ctx, agentId) => {
    const at = ctx.now().getTime();
    const believed = known.get(agentId);
    if (believed && believed.until > at) return believed.count;
    if (known.size >= MAX_ENTRIES) known.clear();
    const count = countProcesses(ctx, agentId);
    known.set(agentId, { until: at + BELIEVED_MS, count });
    count.catch(() => known.delete(agentId)); // as above
    return count;
  };
}
