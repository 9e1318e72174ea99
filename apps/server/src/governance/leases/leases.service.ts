import type { Context } from '#server/platform/context.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { acquire, type Lease, type Outcome, renew, settle } from './books/books.rules.ts';
import { reservedOf } from './books/leases.rules.ts';
import type { LeaseWriter } from './books/writer.ts';
import { type Cap, type CappedScope, type LeaseKind, toScopes } from './caps/caps.rules.ts';
import type { CountProcesses, FindCaps } from './caps/caps.service.ts';
import type { LeaseAcquire, LeaseAnswer, LeasePrice, LeaseRenew, LeaseReturn } from './leases.schema.ts';
import { findLeaseAgent, findLeasePlace, type LeaseAgent } from './leases.store.ts';
import type { LeaseQueue } from './queue.ts';

const TTL_S: Record<LeaseKind, number> = { tokens: 60, cost: 60, concurrency: 25 };
/** Others may have given something back elsewhere: another instance wakes nobody here. */
const LOOK_MS = 1_000;
/** Whoever waits and does not ask again within this time has left the queue. */
const WAITER_TTL_MS = 10_000;
const RETRY_MS = 500;

export interface Leases {
  findCaps: FindCaps;
  queue: LeaseQueue;
  write: LeaseWriter;
  countProcesses: CountProcesses;
  findPrice: FindPrice;
}

/** What a model costs, from whoever prices calls: leases and telemetry must count alike. */
export type FindPrice = (provider: string | null, model: string) => ListPrice | null;

interface ListPrice {
  input: number;
  output: number;
  /** The input price when absent. */
  cacheRead?: number;
  cacheWrite?: number;
}

/** What a model costs. */
export function getPrice({ findPrice }: Leases, provider: string | undefined, model: string): LeasePrice {
  const found = findPrice(provider ?? null, model);
  if (!found) return { price: null };
  const { input, output, cacheRead = input, cacheWrite = input } = found;
  return { price: { input, output, cache_read: cacheRead, cache_write: cacheWrite } };
}

/**
 * Gives a process a share of what is capped: all scopes at once or none. Waits up to `wait_s` for what others hold.
 * Throws `agent.not_found` for an agent that is not the process's, `lease.not_found` for an id of another process.
 */
export async function acquireLease(
  leases: Leases,
  ctx: Context,
  request: LeaseAcquire,
  signal: AbortSignal,
): Promise<LeaseAnswer> {
  const until = Date.now() + request.wait_s * 1_000;
  while (true) {
    const answer = await tryAcquire(leases, ctx, request);
    if (answer.status !== 'queued') return answer;
    const waitMs = until - Date.now();
    if (waitMs <= 0 || signal.aborted) return answer;
    const key = toLocal(ctx, answer.denied_by?.scope ?? '');
    await leases.queue.wait({ key, id: request.id }, Math.min(waitMs, LOOK_MS), signal);
  }
}

/** Scopes of different organizations have the same keys. */
const toLocal = ({ orgId }: Context, key: string): string => `${orgId}:${key}`;

const wake = ({ queue }: Leases, ctx: Context, keys: readonly string[]): void =>
  queue.wake(keys.map((key) => toLocal(ctx, key)));

async function tryAcquire(leases: Leases, ctx: Context, request: LeaseAcquire): Promise<LeaseAnswer> {
  const agent = await findLeaseAgent(ctx, request.agent_id);
  if (!agent) throw notFound('agent', request.agent_id);
  const processes = await leases.countProcesses(ctx, agent.id);
  const scopes = toScopesOf(await leases.findCaps(ctx, agent), ctx, request, agent);
  // What nothing caps is not counted.
  if (scopes.length === 0) return { ...toAnswer(request, 'granted'), amount: request.amount, processes };
  const { id, kind, run, amount, least = amount, wait_s } = request;
  const wish = {
    ...{ id, kind, run, amount, least: Math.min(least, amount), scopes, agentId: agent.id, producerId: ctx.actor.id },
    ttlMs: (request.ttl_s ?? TTL_S[kind]) * 1_000,
    waiterTtlMs: wait_s > 0 ? wait_s * 1_000 + WAITER_TTL_MS : 0,
  };
  const outcome = await leases.write(ctx, { scopes, leaseIds: [id], work: (books) => acquire(books, wish) });
  if (outcome.is === 'unknown') throw notFound('lease', id);
  // Who waits behind this one may have room, too.
  if (outcome.is === 'held') wake(leases, ctx, outcome.lease.keys);
  return { ...toResult(request, outcome), processes };
}

function toScopesOf(caps: readonly Cap[], ctx: Context, request: LeaseAcquire, agent: LeaseAgent): CappedScope[] {
  const task = request.scopes.find((scope) => scope.startsWith('task:'))?.slice('task:'.length) ?? null;
  const { id: agentId, agent_type: agentType, board_id: boardId } = agent;
  return toScopes(caps, request.kind, { agentId, agentType, boardId, run: request.run, task, at: ctx.now() });
}

/**
 * Commits what was used so far and keeps the lease alive; with `more` it is filled up again, if there is room for it.
 * Throws `lease.not_found`, and `lease.ended` when it was given back or its holder was silent for too long.
 */
export async function renewLease(leases: Leases, ctx: Context, request: LeaseRenew): Promise<LeaseAnswer> {
  const { id, used, more = 0, least = more } = request;
  const place = await findLeasePlace(ctx, id);
  if (!place) throw notFound('lease', id);
  const agent = more === 0 ? undefined : await findLeaseAgent(ctx, place.agent_id);
  const scopes = agent ? toScopesOfLease(await leases.findCaps(ctx, agent), agent, place) : [];
  const ttlMs = (request.ttl_s ?? TTL_S[place.kind]) * 1_000;
  const renewal = { id, used, more, least, scopes, ttlMs, holder: ctx.actor.id };
  const outcome = await leases.write(ctx, { scopes, leaseIds: [id], work: (books) => renew(books, renewal) });
  if (outcome.is === 'unknown') throw notFound('lease', id);
  if (outcome.is === 'ended')
    throw new Problem('lease.ended', 409, `Lease ${id} is ${outcome.lease.state}: ask for a new one.`);
  return { ...toResult(request, outcome), processes: agent ? await leases.countProcesses(ctx, agent.id) : 1 };
}

type LeaseOf = NonNullable<Awaited<ReturnType<typeof findLeasePlace>>>;

/** The caps of the scopes of a lease, as policies have them now. */
function toScopesOfLease(caps: readonly Cap[], agent: LeaseAgent, lease: LeaseOf): CappedScope[] {
  const task = lease.keys.find((key) => key.includes(':task:'))?.split(':task:')[1] ?? null;
  const { id: agentId, agent_type: agentType, board_id: boardId } = agent;
  const place = { agentId, agentType, boardId, run: lease.run_id, task, at: new Date(lease.created_at) };
  return toScopes(caps, lease.kind, place).filter(({ key }) => lease.keys.includes(key));
}

/** Commits what was used in all and gives the rest back, once. Throws `lease.not_found`. */
export async function releaseLease(leases: Leases, ctx: Context, { id, used }: LeaseReturn): Promise<LeaseAnswer> {
  const settlement = { id, used, holder: ctx.actor.id, to: 'released', reason: 'released', keepMs: 0 } as const;
  const outcome = await leases.write(ctx, { scopes: [], leaseIds: [id], work: (books) => settle(books, settlement) });
  if (outcome.is !== 'ended') throw notFound('lease', id);
  wake(leases, ctx, outcome.lease.keys);
  return toAnswer({ id }, 'granted');
}

const toAnswer = ({ id }: { id: string }, status: LeaseAnswer['status']): LeaseAnswer => ({
  ...{ id, status, amount: 0, expires_at: null, processes: 1, position: null, retry_after_ms: null, denied_by: null },
});

/** What a lease holds, or why it holds no more. */
function toResult(request: { id: string }, outcome: Exclude<Outcome, { is: 'unknown' }>): LeaseAnswer {
  if (outcome.is === 'held') return { ...toAnswer(request, 'granted'), ...toHeld(outcome.lease) };
  if (outcome.is === 'ended') return toAnswer(request, 'denied');
  const { is, lease, full, rule, cap, committed } = outcome;
  return {
    ...toAnswer(request, is === 'queued' ? 'queued' : 'denied'),
    ...(lease?.state === 'granted' ? toHeld(lease) : { amount: full.room }),
    position: full.position,
    retry_after_ms: full.isSpent ? null : RETRY_MS,
    denied_by: { rule, scope: full.key, cap, committed },
  };
}

const toHeld = (lease: Lease) => ({ amount: reservedOf(lease), expires_at: lease.expires_at });
