import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import { sendAlong } from '#server/platform/postgres/statements/transact.ts';
import type { CappedScope } from '../caps/caps.rules.ts';
import type { Books, Lease, Scope, Waiter } from './books.rules.ts';

/** What is asked for: scopes with their caps, and leases whose scopes are needed, too. */
export interface Wanted {
  scopes: readonly CappedScope[];
  leaseIds: readonly string[];
}

/**
 * Reads scopes, leases and who waits, with all the scopes locked in the order of their keys; those that are new begin
 * empty. The statements leave together.
 */
export async function openBooks(tx: TxContext, wanted: Wanted): Promise<Books> {
  const capped = new Map(wanted.scopes.map((scope) => [scope.key, scope]));
  const keys = [...capped.keys()].sort();
  if (keys.length > 0) await insertScopes(tx, keys);
  const [scopes, leases, waiters] = await Promise.all([
    lockScopes(tx, keys, wanted.leaseIds),
    listLeases(tx, wanted.leaseIds),
    keys.length === 0 ? [] : listWaiters(tx, keys),
  ]);
  for (const scope of scopes) {
    const { cap, warnAt } = capped.get(scope.key) ?? { cap: scope.cap, warnAt: scope.warn_at };
    Object.assign(scope, { cap, warn_at: warnAt });
  }
  return {
    now: tx.now(),
    scopes: new Map(scopes.map((scope) => [scope.key, scope])),
    leases: new Map(leases.map((lease) => [lease.id, lease])),
    waiters,
    ...{ made: new Set(), changed: new Set(), removed: new Set(), movements: [], warnings: [] },
  };
}

async function insertScopes({ db, orgId, now }: TxContext, keys: readonly string[]): Promise<void> {
  const statement = sql`
    insert into lease_scopes (org_id, key, cap, updated_at)
    select ${orgId}, key, 0, ${now()} from unnest(${keys}::text[]) as key order by key
    on conflict do nothing`;
  await sendAlong(db, statement.execute(db));
}

async function lockScopes({ db, orgId }: TxContext, keys: readonly string[], leaseIds: readonly string[]) {
  const { rows } = await sql<Scope>`
    select key, cap, lifted, committed, reserved, warn_at, warned_at from lease_scopes
    where org_id = ${orgId} and key in (select unnest(${keys}::text[]) union
      select unnest(keys) from leases where org_id = ${orgId} and id = any(${leaseIds}::uuid[]))
    order by key for update`.execute(db);
  return rows;
}

async function listLeases({ db, orgId }: TxContext, ids: readonly string[]): Promise<Lease[]> {
  const { rows } = await sql<Lease>`
    select id, kind, state, agent_id, producer_id, run_id, keys, amount, used, overrun, blocked_by, created_at,
      expires_at, ended_at
    from leases where org_id = ${orgId} and id = any(${ids}::uuid[])`.execute(db);
  return rows;
}

/** Those who wait for these scopes and still ask. */
async function listWaiters({ db, orgId, now }: TxContext, keys: readonly string[]): Promise<Waiter[]> {
  const { rows } = await sql<Waiter>`
    select id, blocked_by, created_at from leases
    where org_id = ${orgId} and state = 'queued' and blocked_by = any(${keys}::text[])
      and expires_at > ${now()}`.execute(db);
  return rows;
}

const LEASE_COLUMNS = sql.raw(
  [
    ...['id uuid', 'kind text', 'state text', 'agent_id uuid', 'producer_id uuid', 'run_id uuid', 'keys text[]'],
    ...['amount bigint', 'used bigint', 'overrun boolean', 'blocked_by text', 'created_at timestamptz'],
    ...['expires_at timestamptz', 'ended_at timestamptz'],
  ].join(', '),
);

/** Writes what became of them, with every movement in the ledger, by one statement that leaves with the commit. */
export async function saveBooks({ db, orgId }: TxContext, books: Books): Promise<void> {
  const { scopes, leases, made, changed, removed, movements, now } = books;
  const moved = new Set(movements.flatMap(({ keys }) => keys));
  const pick = (ids: ReadonlySet<string>) => JSON.stringify([...ids].map((id) => leases.get(id)));
  const statement = sql`
    with scope as (
      update lease_scopes s set cap = g.cap, committed = g.committed, reserved = g.reserved, warn_at = g.warn_at,
        warned_at = g.warned_at, updated_at = ${now}
      from jsonb_to_recordset(${JSON.stringify([...moved].map((key) => scopes.get(key)))}::jsonb) as g (key text,
        cap bigint, committed bigint, reserved bigint, warn_at bigint, warned_at timestamptz)
      where s.org_id = ${orgId} and s.key = g.key),
    made as (
      insert into leases (org_id, id, kind, state, agent_id, producer_id, run_id, keys, amount, used, overrun,
        blocked_by, created_at, expires_at, ended_at)
      select ${orgId}, id, kind, state, agent_id, producer_id, run_id, keys, amount, used, overrun, blocked_by,
        created_at, expires_at, ended_at
      from jsonb_to_recordset(${pick(made)}::jsonb) as g (${LEASE_COLUMNS})),
    changed as (
      update leases l set state = g.state, keys = g.keys, amount = g.amount, used = g.used, overrun = g.overrun,
        blocked_by = g.blocked_by, expires_at = g.expires_at, ended_at = g.ended_at
      from jsonb_to_recordset(${pick(changed)}::jsonb) as g (${LEASE_COLUMNS})
      where l.org_id = ${orgId} and l.id = g.id),
    removed as (delete from leases where org_id = ${orgId} and id = any(${[...removed]}::uuid[]))
    insert into lease_ledger (org_id, lease_id, keys, reserved, committed, reason, at)
    select ${orgId}, lease_id, keys, reserved, committed, reason, ${now}
    from jsonb_to_recordset(${JSON.stringify(movements)}::jsonb) as g (lease_id uuid, keys text[], reserved bigint,
      committed bigint, reason text)`;
  await sendAlong(db, statement.execute(db));
}
