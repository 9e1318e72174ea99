import type { CappedScope, LeaseKind } from '../caps/caps.rules.ts';
import { type Answer, addTo, commitUse, decideLease, type Holding, reservedOf } from './leases.rules.ts';

export interface Lease extends Holding {
  id: string;
  kind: LeaseKind;
  state: 'queued' | 'granted' | 'released' | 'expired' | 'settled';
  agent_id: string;
  producer_id: string;
  run_id: string;
  keys: string[];
  overrun: boolean;
  blocked_by: string | null;
  created_at: string;
  expires_at: string;
  ended_at: string | null;
}

export interface Scope {
  key: string;
  /** As the policies say; what people added is `lifted`. */
  cap: number;
  lifted: number;
  committed: number;
  reserved: number;
  warn_at: number | null;
  warned_at: string | null;
}

export type Reason = 'granted' | 'used' | 'released' | 'expired' | 'reported';

/** How the counters of every scope of a lease moved. */
export interface Movement {
  lease_id: string;
  keys: string[];
  reserved: number;
  committed: number;
  reason: Reason;
}

/** Who waits for a scope. */
export interface Waiter {
  id: string;
  blocked_by: string;
  created_at: string;
}

/** What some operations need of scopes and leases, and what they made of it: read under locks and written together. */
export interface Books {
  now: Date;
  scopes: Map<string, Scope>;
  leases: Map<string, Lease>;
  waiters: Waiter[];
  /** Leases that are new, that changed, and that are no longer: by id. */
  made: Set<string>;
  changed: Set<string>;
  removed: Set<string>;
  movements: Movement[];
  /** Scopes that are nearly used, by the agent that did it. */
  warnings: { agentId: string; key: string }[];
}

/** Who does something; undefined is the system, whose every lease is. */
export type Holder = string | undefined;

export interface Acquisition {
  id: string;
  kind: LeaseKind;
  agentId: string;
  producerId: string;
  run: string;
  amount: number;
  least: number;
  scopes: readonly CappedScope[];
  /** How long it lasts, and how long it waits for what others hold; 0 not at all. */
  ttlMs: number;
  waiterTtlMs: number;
}

type Full = Extract<Answer, { status: 'full' }>;

/** What became of an operation. */
export type Outcome = { is: 'held'; lease: Lease } | { is: 'ended'; lease: Lease } | { is: 'unknown' } | Refusal;

/** There was no room. `lease` is what is held or waits all the same. */
export interface Refusal {
  is: 'queued' | 'refused';
  lease: Lease | undefined;
  full: Full;
  rule: string;
  cap: number;
  committed: number;
}

/** A lease of that holder. */
export function findOwn({ leases }: Books, id: string, holder: Holder): Lease | undefined {
  const lease = leases.get(id);
  return lease && (holder === undefined || lease.producer_id === holder) ? lease : undefined;
}

/** Reserves in all scopes or in none; with a known id the answer is what became of it. */
export function acquire(books: Books, wish: Acquisition): Outcome {
  const known = books.leases.get(wish.id);
  if (known && known.producer_id !== wish.producerId) return { is: 'unknown' };
  if (known?.state === 'granted') return held(known);
  if (known && known.state !== 'queued') return { is: 'ended', lease: known };
  const answer = decideLease(wish, listStates(books, wish.scopes, known ?? { id: wish.id, created_at: undefined }));
  if (answer.status === 'granted') {
    const lease = { ...toLease(books, wish, known), amount: answer.amount, expires_at: after(books, wish.ttlMs) };
    put(books, lease);
    move(books, lease, { reserved: answer.amount, committed: 0 }, 'granted');
    return held(lease);
  }
  if (answer.isSpent || wish.waiterTtlMs === 0) {
    if (known) remove(books, known);
    return refuse(books, wish.scopes, { is: 'refused', lease: undefined, full: answer });
  }
  const lease: Lease = { ...toLease(books, wish, known), state: 'queued', blocked_by: answer.key };
  put(books, lease);
  return refuse(books, wish.scopes, { is: 'queued', lease, full: answer });
}

const toLease = (books: Books, wish: Acquisition, known: Lease | undefined): Lease => ({
  ...{ id: wish.id, kind: wish.kind, agent_id: wish.agentId, producer_id: wish.producerId, run_id: wish.run },
  ...{
    keys: wish.scopes.map(({ key }) => key),
    state: 'granted',
    amount: 0,
    used: 0,
    overrun: false,
    blocked_by: null,
  },
  created_at: known?.created_at ?? books.now.toISOString(),
  expires_at: after(books, wish.waiterTtlMs),
  ended_at: null,
});

export interface Renewal {
  id: string;
  holder: Holder;
  used: number;
  /** What should be left, and must be. */
  more: number;
  least: number;
  /** The caps of its scopes, as policies have them now. */
  scopes: readonly CappedScope[];
  ttlMs: number;
}

/** Commits what was used, keeps the lease alive and fills it up when there is room. */
export function renew(books: Books, renewal: Renewal): Outcome {
  const lease = findOwn(books, renewal.id, renewal.holder);
  if (!lease) return { is: 'unknown' };
  if (lease.state !== 'granted' && lease.state !== 'expired') return { is: 'ended', lease };
  const { after: holding, ...movement } = commitUse(lease, renewal.used, false);
  move(books, lease, movement, 'used');
  const left = reservedOf(holding);
  const missing = Math.max(0, renewal.more - left);
  // Who holds a lease already is not kept waiting by those who hold none: that could go on for ever.
  const states = listStates(books, renewal.scopes, lease).map((state) => ({ ...state, ahead: 0 }));
  const least = Math.min(missing, Math.max(1, renewal.least - left));
  const answer = missing === 0 ? undefined : decideLease({ kind: lease.kind, amount: missing, least }, states);
  const added = answer?.status === 'granted' ? answer.amount : 0;
  if (added > 0) move(books, lease, { reserved: added, committed: 0 }, 'granted');
  const renewed: Lease = {
    ...{ ...lease, ...addTo(holding, added), state: 'granted', expires_at: after(books, renewal.ttlMs) },
    overrun: lease.overrun || renewal.used > lease.amount,
  };
  put(books, renewed);
  if (answer?.status !== 'full') return held(renewed);
  return refuse(books, renewal.scopes, { is: 'refused', lease: renewed, full: answer });
}

export interface Settlement {
  id: string;
  holder: Holder;
  /** In all. */
  used: number;
  /** An expired lease keeps its rest for `keepMs`, all others give it back. */
  to: 'released' | 'settled' | 'expired';
  reason: Reason;
  keepMs: number;
}

/** Commits what was used in all, also of a lease that is over, and gives the rest back, once. */
export function settle(books: Books, { id, holder, used, to, reason, keepMs }: Settlement): Outcome {
  const lease = findOwn(books, id, holder);
  if (!lease) return { is: 'unknown' };
  if (lease.state === 'queued') {
    remove(books, lease);
    return { is: 'ended', lease };
  }
  const isHeld = lease.state === 'granted' || lease.state === 'expired';
  const holding = isHeld ? lease : { amount: lease.used, used: lease.used };
  const { after: left, ...movement } = commitUse(holding, used, to !== 'expired');
  move(books, lease, movement, reason);
  const settled: Lease = {
    ...{ ...lease, ...left, state: lease.state === 'settled' ? 'settled' : to },
    overrun: lease.overrun || (isHeld && used > lease.amount),
    expires_at: to === 'expired' ? after(books, keepMs) : lease.expires_at,
    ended_at: to === 'expired' ? null : (lease.ended_at ?? books.now.toISOString()),
  };
  put(books, settled);
  return { is: 'ended', lease: settled };
}

const held = (lease: Lease): Outcome => ({ is: 'held', lease });

const after = ({ now }: Books, ms: number): string => new Date(now.getTime() + ms).toISOString();

type Asker = Pick<Lease, 'id'> & { created_at: string | undefined };

/** Scopes as they stand, under the caps that the asker has there. */
function listStates({ scopes, waiters }: Books, capped: readonly CappedScope[], asker: Asker) {
  return capped.flatMap(({ key, cap }) => {
    const scope = scopes.get(key);
    if (!scope) return [];
    const ahead = waiters.filter((waiter) => waiter.blocked_by === key && isBefore(waiter, asker)).length;
    return { key, cap: cap + scope.lifted, committed: scope.committed, reserved: scope.reserved, ahead };
  });
}

const isBefore = (waiter: Waiter, { id, created_at }: Asker): boolean => {
  if (waiter.id === id || created_at === undefined) return waiter.id !== id;
  const by = Date.parse(waiter.created_at) - Date.parse(created_at);
  return by < 0 || (by === 0 && waiter.id < id);
};

function put(books: Books, lease: Lease): void {
  const isNew = !books.leases.has(lease.id) || books.made.has(lease.id);
  books.leases.set(lease.id, lease);
  (isNew ? books.made : books.changed).add(lease.id);
  books.waiters = books.waiters.filter(({ id }) => id !== lease.id);
  if (lease.state === 'queued' && lease.blocked_by !== null)
    books.waiters.push({ id: lease.id, blocked_by: lease.blocked_by, created_at: lease.created_at });
}

function remove(books: Books, { id }: Lease): void {
  books.leases.delete(id);
  books.waiters = books.waiters.filter((waiter) => waiter.id !== id);
  books.changed.delete(id);
  if (!books.made.delete(id)) books.removed.add(id);
}

function move(books: Books, lease: Lease, movement: { reserved: number; committed: number }, reason: Reason): void {
  const { reserved, committed } = movement;
  if (reserved === 0 && committed === 0) return;
  books.movements.push({ lease_id: lease.id, keys: lease.keys, reserved, committed, reason });
  for (const key of lease.keys) {
    const scope = books.scopes.get(key);
    if (!scope) continue;
    scope.reserved += reserved;
    scope.committed += committed;
    if (scope.warn_at === null || scope.warned_at !== null || scope.committed < scope.warn_at) continue;
    scope.warned_at = books.now.toISOString();
    books.warnings.push({ agentId: lease.agent_id, key });
  }
}

function refuse(
  { scopes }: Books,
  capped: readonly CappedScope[],
  refusal: Pick<Refusal, 'is' | 'lease' | 'full'>,
): Refusal {
  const { key } = refusal.full;
  const { cap = 0, rule = '' } = capped.find((scope) => scope.key === key) ?? {};
  const { committed = 0, lifted = 0 } = scopes.get(key) ?? {};
  return { ...refusal, rule, cap: cap + lifted, committed };
}
