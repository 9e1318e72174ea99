import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { notFound, onConstraint, Problem } from '#server/platform/problem.ts';
import { type Cap, type CappedScope, type LeaseKind, toScopes } from './caps/caps.rules.ts';
import type { FindCaps } from './caps/caps.service.ts';
import { budgetWarned } from './leases.events.ts';
import { type Answer, addTo, commitUse, decideLease, reservedOf } from './leases.rules.ts';
import type { LeaseAcquire, LeaseAnswer, LeasePrice, LeaseReturn, LeaseRenew } from './leases.schema.ts';
import {
  findLease,
  findLeaseAgent,
  insertLease,
  type Lease,
  type LeaseAgent,
  listScopeStates,
  lockScopes,
  lockScopesOf,
  moveCounters,
  type NewLease,
  type Reason,
  removeWaiting,
  saveLease,
  saveWaiting,
  saveWarned,
} from './leases.store.ts';
import type { LeaseQueue } from './queue.ts';

const TTL_S: Record<LeaseKind, number> = { tokens: 60, cost: 60, concurrency: 25, probe: 25 };
/** Others may have given something back elsewhere: another instance wakes nobody here. */
const LOOK_MS = 1_000;
/** Whoever waits and does not ask again within this time has left the queue. */
const WAITER_TTL_MS = 10_000;
const RETRY_MS = 500;

export interface Leases {
  findCaps: FindCaps;
  queue: LeaseQueue;
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
 * Throws `agent.not_found` for an agent that is not the process's.
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
  const agent = await getAgent(ctx, request.agent_id);
  const scopes = toScopesOf(await leases.findCaps(ctx, agent), ctx, request, agent);
  // What nothing caps is not counted.
  const { processes } = agent;
  if (scopes.length === 0) return { ...toAnswer(request, 'granted'), amount: request.amount, processes };
  const acquire = () =>
    onConstraint(
      inTransaction(ctx, (tx) => acquireWithin(tx, request, scopes)),
      'leases_pkey',
      () => NOT_YOURS,
    );
  const answer = await acquire().catch((error: unknown) => {
    // The same call came twice at once and the other one has made the lease, which is found now; else it is not theirs.
    if (error === NOT_YOURS) return acquire();
    throw error;
  });
  // Others may have waited for what this one left.
  if (answer.status === 'granted')
    wake(
      leases,
      ctx,
      scopes.map(({ key }) => key),
    );
  return { ...answer, processes };
}

const NOT_YOURS = new Problem('lease.not_found', 404, 'This lease is not yours.');

function toScopesOf(caps: readonly Cap[], ctx: Context, request: LeaseAcquire, agent: LeaseAgent): CappedScope[] {
  const task = request.scopes.find((scope) => scope.startsWith('task:'))?.slice('task:'.length) ?? null;
  const { id: agentId, agent_type: agentType, board_id: boardId } = agent;
  return toScopes(caps, request.kind, { agentId, agentType, boardId, run: request.run, task, at: ctx.now() });
}

async function getAgent(ctx: Context, id: string): Promise<LeaseAgent> {
  const agent = await findLeaseAgent(ctx, id);
  if (!agent) throw notFound('agent', id);
  return agent;
}

async function acquireWithin(tx: TxContext, request: LeaseAcquire, scopes: CappedScope[]): Promise<LeaseAnswer> {
  const keys = scopes.map(({ key }) => key);
  await lockScopes(tx, scopes);
  const [known, states] = await Promise.all([findLease(tx, request.id), listScopeStates(tx, keys, request.id)]);
  if (known && known.state !== 'queued') return toKnown(request, known);
  const { kind, amount, least = amount } = request;
  const answer = decideLease({ kind, amount, least: Math.min(least, amount) }, states);
  const waits = answer.status === 'full' && !answer.isSpent && request.wait_s > 0;
  if (answer.status === 'full' && !waits) {
    if (known) await removeWaiting(tx, request.id);
    return toRefused(request, answer, scopes, states);
  }
  const lease = toNewLease(tx, request, keys, answer);
  await (known ? saveWaiting(tx, lease) : insertLease(tx, lease));
  if (answer.status === 'full') return { ...toRefused(request, answer, scopes, states), status: 'queued' };
  await moveCounters(tx, lease, { reserved: answer.amount, committed: 0 }, 'granted');
  return { ...toAnswer(request, 'granted'), amount: answer.amount, expires_at: lease.expiresAt.toISOString() };
}

function toNewLease(ctx: Context, request: LeaseAcquire, keys: string[], answer: Answer): NewLease {
  const { id, kind, agent_id: agentId, run, ttl_s, wait_s } = request;
  const isGranted = answer.status === 'granted';
  const ttlMs = isGranted ? (ttl_s ?? TTL_S[kind]) * 1_000 : wait_s * 1_000 + WAITER_TTL_MS;
  return {
    ...{ id, kind, agentId, run, keys },
    state: isGranted ? 'granted' : 'queued',
    amount: isGranted ? answer.amount : 0,
    blockedBy: isGranted ? null : answer.key,
    expiresAt: new Date(ctx.now().getTime() + ttlMs),
  };
}

const toAnswer = ({ id }: { id: string }, status: LeaseAnswer['status']): LeaseAnswer => ({
  ...{ id, status, amount: 0, expires_at: null, processes: 1, position: null, retry_after_ms: null, denied_by: null },
});

/** The same answer again; one that ended meanwhile holds nothing. */
const toKnown = (request: { id: string }, lease: Lease): LeaseAnswer =>
  lease.state === 'granted'
    ? { ...toAnswer(request, 'granted'), amount: reservedOf(lease), expires_at: lease.expires_at }
    : toAnswer(request, 'denied');

function toRefused(
  request: { id: string },
  { key, room, isSpent, position }: Extract<Answer, { status: 'full' }>,
  scopes: readonly CappedScope[],
  states: readonly { key: string; cap: number; committed: number }[],
): LeaseAnswer {
  const { cap = 0, committed = 0 } = states.find((state) => state.key === key) ?? {};
  return {
    ...toAnswer(request, 'denied'),
    amount: room,
    position,
    retry_after_ms: isSpent ? null : RETRY_MS,
    denied_by: { rule: scopes.find((scope) => scope.key === key)?.rule ?? '', scope: key, cap, committed },
  };
}

/**
 * Commits what was used so far and keeps the lease alive; with `more` it is filled up again, if there is room for it.
 * Throws `lease.not_found`, and `lease.ended` when it was given back or its holder was silent for too long.
 */
export async function renewLease(leases: Leases, ctx: Context, request: LeaseRenew): Promise<LeaseAnswer> {
  const known = await getLease(ctx, request.id);
  const agent = request.more === undefined ? undefined : await findLeaseAgent(ctx, known.agent_id);
  const scopes = agent ? toScopesOfLease(await leases.findCaps(ctx, agent), agent, known) : [];
  const answer = await inTransaction(ctx, (tx) => renewWithin(tx, request, scopes));
  return { ...answer, processes: agent?.processes ?? 1 };
}

/** The caps of the scopes of a lease, as policies have them now. */
function toScopesOfLease(caps: readonly Cap[], agent: LeaseAgent, lease: Lease): CappedScope[] {
  const task = lease.keys.find((key) => key.includes(':task:'))?.split(':task:')[1] ?? null;
  const { id: agentId, agent_type: agentType, board_id: boardId } = agent;
  const place = { agentId, agentType, boardId, run: lease.run_id, task, at: new Date(lease.created_at) };
  return toScopes(caps, lease.kind, place).filter(({ key }) => lease.keys.includes(key));
}

async function renewWithin(tx: TxContext, request: LeaseRenew, scopes: CappedScope[]): Promise<LeaseAnswer> {
  const lease = await lockLease(tx, request.id);
  if (lease.state !== 'granted' && lease.state !== 'expired') throw ended(lease);
  const { after, ...used } = commitUse(lease, request.used, false);
  await moveAndWarn(tx, lease, used, 'used');
  const { more = 0, least = more } = request;
  const missing = Math.max(0, more - reservedOf(after));
  const answer =
    missing === 0
      ? undefined
      : await askMore(tx, { lease, scopes, missing, least: Math.max(1, least - reservedOf(after)) });
  const holding = answer?.status === 'granted' ? addTo(after, answer.amount) : after;
  const expiresAt = new Date(tx.now().getTime() + (request.ttl_s ?? TTL_S[lease.kind]) * 1_000);
  await saveLease(tx, {
    id: lease.id,
    state: 'granted',
    ...holding,
    isOverrun: request.used > lease.amount,
    expiresAt,
  });
  const held = { amount: reservedOf(holding), expires_at: expiresAt.toISOString() };
  if (answer?.status !== 'full') return { ...toAnswer(request, 'granted'), ...held };
  const refused = toRefused(request, answer, scopes, await listScopeStates(tx, lease.keys, lease.id));
  return { ...refused, ...held };
}

interface AskMore {
  lease: Lease;
  scopes: CappedScope[];
  missing: number;
  least: number;
}

/** Who holds a lease already is not kept waiting by those who hold none: that could go on for ever. */
async function askMore(tx: TxContext, { lease, scopes, missing, least }: AskMore): Promise<Answer> {
  await lockScopes(tx, scopes);
  const states = await listScopeStates(tx, lease.keys, lease.id);
  const capped = states.filter(({ key }) => scopes.some((scope) => scope.key === key)).map((s) => ({ ...s, ahead: 0 }));
  const answer = decideLease({ kind: lease.kind, amount: missing, least: Math.min(least, missing) }, capped);
  if (answer.status === 'granted') await moveCounters(tx, lease, { reserved: answer.amount, committed: 0 }, 'granted');
  return answer;
}

/** Commits what was used in all and gives the rest back, once. Throws `lease.not_found`. */
export async function releaseLease(leases: Leases, ctx: Context, request: LeaseReturn): Promise<LeaseAnswer> {
  const keys = await inTransaction(ctx, (tx) => releaseWithin(tx, request));
  wake(leases, ctx, keys);
  return toAnswer(request, 'granted');
}

async function releaseWithin(tx: TxContext, request: LeaseReturn): Promise<string[]> {
  const lease = await lockLease(tx, request.id);
  if (lease.state === 'queued') {
    await removeWaiting(tx, lease.id);
    return lease.keys;
  }
  const state = lease.state === 'settled' ? 'settled' : 'released';
  await settleLease(tx, lease, { used: request.used, state, reason: 'released', expiresAt: lease.expires_at });
  return lease.keys;
}

export interface Settlement {
  /** In all. */
  used: number;
  state: 'released' | 'settled' | 'expired';
  reason: Reason;
  expiresAt: Date | string;
}

/** Commits what a lease used in all and, unless it is only expired, gives back the rest; its scopes are locked. */
export async function settleLease(tx: TxContext, lease: Lease, settlement: Settlement): Promise<void> {
  const { used, state, reason, expiresAt } = settlement;
  const isHeld = lease.state === 'granted' || lease.state === 'expired';
  const holding = isHeld ? lease : { amount: lease.used, used: lease.used };
  const { after, ...movement } = commitUse(holding, used, state !== 'expired');
  await moveAndWarn(tx, lease, movement, reason);
  await saveLease(tx, { id: lease.id, state, ...after, isOverrun: isHeld && used > lease.amount, expiresAt });
}

async function moveAndWarn(
  tx: TxContext,
  lease: Lease,
  movement: { reserved: number; committed: number },
  reason: Reason,
) {
  await moveCounters(tx, lease, movement, reason);
  if (movement.committed === 0) return;
  const scopes = await saveWarned(tx, lease.keys);
  if (scopes.length === 0) return;
  await publish(tx, budgetWarned, { subjectId: lease.agent_id, data: { agent_id: lease.agent_id, scopes } });
}

/** The scopes first, as everybody who moves them does; then the lease as it is now. */
async function lockLease(tx: TxContext, id: string): Promise<Lease> {
  await lockScopesOf(tx, id);
  return getLease(tx, id);
}

async function getLease(ctx: Context, id: string): Promise<Lease> {
  const lease = await findLease(ctx, id);
  if (!lease) throw notFound('lease', id);
  return lease;
}

const ended = ({ id, state }: Lease): Problem =>
  new Problem('lease.ended', 409, `Lease ${id} is ${state}: ask for a new one.`);
