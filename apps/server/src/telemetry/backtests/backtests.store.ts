import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type {
  Backtest,
  BacktestCreate,
  BacktestQuery,
  BacktestReport,
  BacktestRow,
  BacktestRowQuery,
} from './backtests.schema.ts';

const COLUMNS = sql`b.id, b.job_id, b.policy_id, b.policy_version, b.policy_name, b.from_at as "from", b.to_at as "to",
  b.agent_ids as agents, b.state, jsonb_build_object('done', b.calls_done, 'total', b.calls_total) as progress, b.report,
  b.error, b.created_by, b.created_at, b.ended_at`;

export async function findBacktest({ db, orgId }: Context, id: string): Promise<Backtest | undefined> {
  const { rows } = await sql<Backtest>`
    select ${COLUMNS} from backtests b where b.org_id = ${orgId} and b.id = ${id}`.execute(db);
  return rows[0];
}

/** Newest first, one more than the limit. */
export async function listBacktests(
  { db, orgId }: Context,
  { policy_id, limit }: BacktestQuery,
  after: readonly [string, string] | undefined,
): Promise<Backtest[]> {
  const { rows } = await sql<Backtest>`
    select ${COLUMNS} from backtests b
    where b.org_id = ${orgId} ${policy_id === undefined ? sql`` : sql`and b.policy_id = ${policy_id}`}
      ${after ? sql`and (b.created_at, b.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``}
    order by b.created_at desc, b.id desc limit ${limit + 1}`.execute(db);
  return rows;
}

/** The text that is tried. */
export async function findSource({ db, orgId }: Context, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('backtests')
    .select('source')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.source;
}

/** Rows in the order in which the runs began, one more than the limit. `after` is the place of the last one. */
export async function listRows(
  { db, orgId }: Context,
  id: string,
  { limit, verdict, flips, succeeded, after }: Omit<BacktestRowQuery, 'cursor'> & { after: number },
): Promise<{ n: number; row: BacktestRow }[]> {
  const { rows } = await sql<{ n: number; row: BacktestRow }>`
    select e.n, e.row from backtests b cross join lateral jsonb_array_elements(b.rows) with ordinality as e (row, n)
    where b.org_id = ${orgId} and b.id = ${id} and e.n > ${after}
      ${verdict === undefined ? sql`` : sql`and e.row ->> 'verdict' = ${verdict}`}
      ${flips === undefined ? sql`` : sql`and (e.row ->> 'is_flip')::boolean = ${flips}`}
      ${succeeded === undefined ? sql`` : sql`and (e.row ->> 'run_status' = 'ok') = ${succeeded}`}
    order by e.n limit ${limit + 1}`.execute(db);
  return rows;
}

/** How many are not ended. Until the transaction ends the organization begins no other one. */
export async function countOpen({ db, orgId }: TxContext): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`backtests ${orgId}`}, 0))`.execute(db);
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from backtests where org_id = ${orgId} and state in ('queued', 'running')`.execute(db);
  return rows[0]?.n ?? 0;
}

type NewBacktest = Pick<BacktestCreate, 'from' | 'to' | 'agents'> & {
  source: string;
  policyId: string | null;
  policyVersion: number | null;
  policyName: string;
};

/** Returns the id. */
export async function insertBacktest(tx: TxContext, backtest: NewBacktest): Promise<string> {
  const id = newId(tx.now());
  await tx.db
    .insertInto('backtests')
    .values({
      id,
      org_id: tx.orgId,
      policy_id: backtest.policyId,
      policy_version: backtest.policyVersion,
      policy_name: backtest.policyName,
      source: backtest.source,
      from_at: backtest.from,
      to_at: backtest.to,
      agent_ids: backtest.agents ?? null,
      created_by: JSON.stringify({ kind: tx.actor.kind, id: tx.actor.id }),
      created_at: tx.now(),
    })
    .execute();
  return id;
}

export const saveJob = ({ db, orgId }: TxContext, id: string, jobId: string) =>
  db.updateTable('backtests').set({ job_id: jobId }).where('org_id', '=', orgId).where('id', '=', id).execute();

/** Keeps how far it is; false when it was canceled meanwhile. */
export async function saveProgress(
  { db, orgId }: Context,
  id: string,
  { done, total }: { done: number; total: number },
): Promise<boolean> {
  const row = await db
    .updateTable('backtests')
    .set({ state: 'running', calls_done: done, calls_total: total })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'running'])
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

type Ending =
  | { state: 'succeeded'; report: BacktestReport; rows: BacktestRow[] }
  | { state: 'failed'; error: { code: string; message: string } }
  | { state: 'canceled' };

const toValues = (ending: Ending) => {
  if (ending.state === 'failed') return { error: JSON.stringify(ending.error) };
  return ending.state === 'canceled'
    ? {}
    : { report: JSON.stringify(ending.report), rows: JSON.stringify(ending.rows) };
};

/** Ends one that is not ended; undefined when it is. */
export async function endBacktest(tx: TxContext, id: string, ending: Ending): Promise<Backtest | undefined> {
  const row = await tx.db
    .updateTable('backtests')
    .set({ state: ending.state, ended_at: tx.now(), ...toValues(ending) })
    .where('org_id', '=', tx.orgId)
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'running'])
    .returning('id')
    .executeTakeFirst();
  return row && findBacktest(tx, id);
}

/** How agents are called. */
export async function findNames(
  { db, orgId }: Context,
  ids: readonly string[],
): Promise<Map<string, { name: string; slug: string }>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('agents')
    .select(['id', 'name', 'slug'])
    .where('org_id', '=', orgId)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, ...names }) => [id, names]));
}

const KEPT_DAYS = 30;

/** Forgets what ended long ago. */
export async function pruneBacktests({ db, now }: Pick<Context, 'db' | 'now'>): Promise<void> {
  const before = new Date(now().getTime() - KEPT_DAYS * 86_400_000);
  await db.deleteFrom('backtests').where('ended_at', '<', before.toISOString()).execute();
}
