import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { sendAlong } from '#server/platform/postgres/statements/transact.ts';
import type { CappedScope, LeaseKind } from './caps/caps.rules.ts';
import type { Holding, Movement, ScopeState } from './leases.rules.ts';

export interface Lease extends Holding {
  id: string;
  kind: LeaseKind;
  state: 'queued' | 'granted' | 'released' | 'expired' | 'settled';
  agent_id: string;
  run_id: string;
  keys: string[];
  created_at: string;
  expires_at: string;
}

/** The agent that a lease is for, as the caps of its policies need it. */
export interface LeaseAgent {
  id: string;
  slug: string;
  agent_type: string;
  board_id: string | null;
  board_group_id: string | null;
  bundle: number;
  max_concurrency: number | null;
  /** Its living processes. */
  processes: number;
}

/** A process lives while it was seen this recently. */
const ALIVE_MS = 45_000;

/** An agent of the calling process; the places that it declared count where its declaration is enforced. */
export async function findLeaseAgent(
  { db, orgId, actor, now }: Context,
  agentId: string,
): Promise<LeaseAgent | undefined> {
  const { rows } = await sql<LeaseAgent>`
    select a.id, a.slug, a.agent_type, a.board_id, b.board_group_id, a.bundle,
      case when a.enforce_capabilities = 'enforce' then (v.manifest ->> 'max_concurrency')::int end as max_concurrency,
      (select count(*) from producer_agents o join producers p on p.org_id = o.org_id and p.id = o.producer_id
        where o.org_id = pa.org_id and o.agent_id = pa.agent_id
          and p.last_seen_at > ${new Date(now().getTime() - ALIVE_MS)}) as processes
    from producer_agents pa join agents a on a.id = pa.agent_id
    left join boards b on b.id = a.board_id
    left join agent_versions v on v.id = pa.version_id
    where pa.org_id = ${orgId} and pa.producer_id = ${actor.id} and pa.agent_id = ${agentId}`.execute(db);
  return rows[0];
}

const COLUMNS = sql.raw('id, kind, state, agent_id, run_id, keys, amount, used, created_at, expires_at');

/** A lease of the caller; those of other processes are nobody's. The system finds every one. */
export async function findLease({ db, orgId, actor }: Context, id: string): Promise<Lease | undefined> {
  const isTheirs = actor.kind === 'system' ? sql`true` : sql`producer_id = ${actor.id}`;
  const { rows } = await sql<Lease>`select ${COLUMNS} from leases
    where org_id = ${orgId} and id = ${id} and ${isTheirs}`.execute(db);
  return rows[0];
}

/** Locks scopes in the order of their keys and writes down their caps; those that are new begin empty. */
export async function lockScopes({ db, orgId, now }: TxContext, scopes: readonly CappedScope[]): Promise<void> {
  const statement = sql`
    insert into lease_scopes as s (org_id, key, cap, warn_at, updated_at)
    select ${orgId}, g.key, g.cap, g.warn_at, ${now()}
    from unnest(${scopes.map(({ key }) => key)}::text[], ${scopes.map(({ cap }) => cap)}::bigint[],
      ${scopes.map(({ warnAt }) => warnAt)}::bigint[]) as g (key, cap, warn_at) order by g.key
    on conflict (org_id, key) do update set cap = excluded.cap, warn_at = excluded.warn_at
    where (s.cap, s.warn_at) is distinct from (excluded.cap, excluded.warn_at)`;
  await sendAlong(db, statement.execute(db));
}

/** Scopes as they stand, once they are locked, and how many wait for each before that lease and still ask. */
export async function listScopeStates({ db, orgId, now }: TxContext, keys: readonly string[], leaseId: string) {
  const { rows } = await sql<ScopeState>`
    select s.key, s.cap + s.lifted as cap, s.committed, s.reserved,
      (select count(*) from leases q where q.org_id = s.org_id and q.state = 'queued' and q.blocked_by = s.key
        and q.expires_at > ${now()} and q.id <> ${leaseId} and (q.created_at, q.id) < (coalesce(
          (select created_at from leases o where o.org_id = s.org_id and o.id = ${leaseId}), 'infinity'),
          ${leaseId}::uuid)) as ahead
    from lease_scopes s where s.org_id = ${orgId} and s.key = any(${keys}::text[])`.execute(db);
  return rows;
}

/** Locks the scopes of a lease, in the order of their keys: before the lease itself is read. */
export async function lockScopesOf({ db, orgId }: TxContext, leaseId: string): Promise<void> {
  const statement = sql`select 1 from lease_scopes where org_id = ${orgId}
    and key = any((select keys from leases where org_id = ${orgId} and id = ${leaseId})::text[])
    order by key for update`;
  await sendAlong(db, statement.execute(db));
}

export interface NewLease {
  id: string;
  kind: LeaseKind;
  state: 'queued' | 'granted';
  agentId: string;
  run: string;
  keys: string[];
  amount: number;
  blockedBy: string | null;
  expiresAt: Date;
}

/** A lease is written once, or again while it waits. A second one with its id breaks `leases_pkey`. */
export async function insertLease({ db, orgId, actor, now }: TxContext, lease: NewLease): Promise<void> {
  const { id, kind, state, agentId, run, keys, amount, blockedBy, expiresAt } = lease;
  const statement = sql`
    insert into leases (org_id, id, kind, state, agent_id, producer_id, run_id, keys, amount, blocked_by, created_at,
      expires_at)
    values (${orgId}, ${id}, ${kind}, ${state}, ${agentId}, ${actor.id}, ${run}, ${keys}, ${amount}, ${blockedBy},
      ${now()}, ${expiresAt})`;
  await sendAlong(db, statement.execute(db));
}

/** What becomes of one that waits. */
export async function saveWaiting({ db, orgId }: TxContext, lease: NewLease): Promise<void> {
  const { id, state, keys, amount, blockedBy, expiresAt } = lease;
  const statement = sql`
    update leases set state = ${state}, keys = ${keys}, amount = ${amount}, blocked_by = ${blockedBy},
      expires_at = ${expiresAt}
    where org_id = ${orgId} and id = ${id}`;
  await sendAlong(db, statement.execute(db));
}

export interface LeaseChange extends Holding {
  id: string;
  state: Lease['state'];
  /** Whether more was used than was given. */
  isOverrun: boolean;
  expiresAt: Date | string;
}

export async function saveLease({ db, orgId, now }: TxContext, change: LeaseChange): Promise<void> {
  const { id, state, amount, used, isOverrun, expiresAt } = change;
  const statement = sql`
    update leases set state = ${state}, amount = ${amount}, used = ${used}, overrun = overrun or ${isOverrun},
      expires_at = ${expiresAt}, blocked_by = null,
      ended_at = case when ${state} in ('released', 'settled') then coalesce(ended_at, ${now()}) end
    where org_id = ${orgId} and id = ${id}`;
  await sendAlong(db, statement.execute(db));
}

export const removeWaiting = ({ db, orgId }: TxContext, id: string) =>
  sql`delete from leases where org_id = ${orgId} and id = ${id} and state = 'queued'`.execute(db);

export type Reason = 'granted' | 'used' | 'released' | 'expired' | 'reported';

/** Moves the counters of scopes and writes the movement into the ledger. */
export async function moveCounters(
  { db, orgId, now }: TxContext,
  lease: { id: string; keys: readonly string[] },
  { reserved, committed }: Movement,
  reason: Reason,
): Promise<void> {
  if (reserved === 0 && committed === 0) return;
  const statement = sql`
    with moved as (
      update lease_scopes set reserved = reserved + ${reserved}, committed = committed + ${committed},
        updated_at = ${now()}
      where org_id = ${orgId} and key = any(${lease.keys}::text[]))
    insert into lease_ledger (org_id, lease_id, keys, reserved, committed, reason, at)
    values (${orgId}, ${lease.id}, ${lease.keys}, ${reserved}, ${committed}, ${reason}, ${now()})`;
  await sendAlong(db, statement.execute(db));
}

export interface WarnedScope {
  key: string;
  cap: number;
  committed: number;
}

/** Marks scopes whose warning is due, once each; returns them. */
export async function saveWarned({ db, orgId, now }: TxContext, keys: readonly string[]): Promise<WarnedScope[]> {
  const { rows } = await sql<WarnedScope>`
    update lease_scopes set warned_at = ${now()}
    where org_id = ${orgId} and key = any(${keys}::text[]) and warned_at is null and committed >= warn_at
    returning key, cap + lifted as cap, committed`.execute(db);
  return rows;
}
