import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type {
  Violation,
  ViolationContext,
  ViolationGroup,
  ViolationQuery,
  ViolationUpdate,
} from './violations.schema.ts';

const COLUMNS = [
  'v.id',
  'v.agent_id',
  'v.version_id',
  'v.run_id',
  'v.seq',
  'v.step_key',
  'v.tool',
  'v.code',
  'v.rule_ref',
  'v.mode',
  'v.verdict',
  'v.enforcement',
  'v.severity',
  'v.explanation',
  'v.args_view',
  'v.args_hash',
  'v.matched',
  'v.bundle',
  'v.degraded',
  'v.ts',
  'v.state',
  'v.note',
  'v.state_by',
  'v.state_at',
  'v.line',
  'v.assignee_user_id',
  'v.risk_score',
  'v.risk_factors',
  'v.approval_id',
  'v.history_hash',
] as const;

const select = ({ db, orgId }: Context) =>
  db
    .selectFrom('violations as v')
    .innerJoin('agents as a', 'a.id', 'v.agent_id')
    .leftJoin('agent_versions as av', 'av.id', 'v.version_id')
    .leftJoin('users as u', 'u.id', 'v.assignee_user_id')
    .select([...COLUMNS, 'a.slug as agent_slug', 'a.name as agent_name', 'av.number as version_number'])
    .select('u.name as assignee_name')
    .where('v.org_id', '=', orgId);

export async function findViolation(ctx: Context, id: string): Promise<Violation | undefined> {
  const row = await select(ctx).where('v.id', '=', id).executeTakeFirst();
  return row as Violation | undefined; // enums are checked by the columns' constraints
}

/** What was kept of the run of a violation. */
export async function findContext({ db, orgId }: Context, id: string): Promise<ViolationContext | null> {
  const row = await db
    .selectFrom('violations')
    .select('context')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return (row?.context ?? null) as ViolationContext | null; // written by us
}

export async function findViolations(ctx: Context, ids: string[]): Promise<Violation[]> {
  if (ids.length === 0) return [];
  return (await select(ctx).where('v.id', 'in', ids).execute()) as Violation[];
}

/** The rule whatever the version of its policy: `policy:rule`. */
const RULE_KEY = sql`regexp_replace(v.rule_ref, '@\\d+:', ':')`;

/** The filters of a list as conditions on `v`. */
function matches({ from, to, rule, ...query }: ViolationQuery) {
  const equal = (
    ['agent_id', 'run_id', 'code', 'tool', 'enforcement', 'mode', 'state', 'severity', 'assignee_user_id'] as const
  )
    .filter((column) => query[column] !== undefined)
    .map((column) => sql<boolean>`${sql.ref(`v.${column}`)} = ${query[column]}`);
  const since = from === undefined ? [] : [sql<boolean>`v.ts >= ${from}::timestamptz`];
  const until = to === undefined ? [] : [sql<boolean>`v.ts < ${to}::timestamptz`];
  const ofRule = rule === undefined ? [] : [sql<boolean>`(v.rule_ref = ${rule} or ${RULE_KEY} = ${rule})`];
  return sql<boolean>`${sql.join([sql`true`, ...equal, ...ofRule, ...since, ...until], sql` and `)}`;
}

/** What comes after the last row of the page before. */
const isBehind = (after: readonly [string, string] | undefined) =>
  after === undefined ? sql<boolean>`true` : sql<boolean>`(v.ts, v.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`;

/** Newest first, one more than the limit. */
export async function listViolations(
  ctx: Context,
  query: ViolationQuery,
  after: readonly [string, string] | undefined,
): Promise<ViolationGroup[]> {
  const rows = await select(ctx)
    .select(sql<number>`1`.as('count'))
    .where(matches(query))
    .where(isBehind(after))
    .orderBy('v.ts', 'desc')
    .orderBy('v.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return rows as ViolationGroup[];
}

/** As {@link listViolations}; the newest of each (agent, rule, tool, ten minutes) stands for its group, with the count. */
export async function listViolationGroups(
  ctx: Context,
  query: ViolationQuery,
  after: readonly [string, string] | undefined,
): Promise<ViolationGroup[]> {
  const groups = ctx.db
    .selectFrom('violations as v')
    .select(sql<string>`(array_agg(v.id order by v.ts desc, v.id desc))[1]`.as('newest_id'))
    .select(sql<number>`count(*)::int`.as('count'))
    .where('v.org_id', '=', ctx.orgId)
    .where(matches(query))
    .groupBy([
      ...(['v.agent_id', 'v.code', 'v.tool', 'v.enforcement'] as const),
      RULE_KEY,
      sql`floor(extract(epoch from v.ts) / 600)`,
    ]);
  const rows = await select(ctx)
    .innerJoin(groups.as('g'), (join) => join.onRef('g.newest_id', '=', 'v.id'))
    .select('g.count')
    .where(isBehind(after))
    .orderBy('v.ts', 'desc')
    .orderBy('v.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return rows as ViolationGroup[];
}

/** A row of `violations` without what the database fills in. */
export interface NewViolation {
  id: string;
  agent_id: string;
  version_id: string | null;
  run_id: string | null;
  seq: number | null;
  step_key: string | null;
  tool: string | null;
  code: string;
  rule_ref: string | null;
  line: number | null;
  mode: Violation['mode'];
  verdict: Violation['verdict'];
  enforcement: Violation['enforcement'];
  severity: Violation['severity'];
  /** A payload value of the telemetry protocol, already redacted. */
  args_view: unknown;
  args_hash: string | null;
  matched: unknown[];
  explanation: string;
  bundle: number | null;
  degraded: boolean;
  ts: string;
}

/** Inserts what is not there yet (the id is made by the process that was stopped); returns the ids that are new. */
export async function insertViolationRows({ db, orgId }: TxContext, violations: NewViolation[]): Promise<string[]> {
  const rows = await db
    .insertInto('violations')
    .values(
      violations.map((violation) => ({
        ...violation,
        org_id: orgId,
        args_view: violation.args_view === undefined ? null : JSON.stringify(violation.args_view),
        matched: JSON.stringify(violation.matched),
      })),
    )
    .onConflict((conflict) => conflict.columns(['org_id', 'id']).doNothing())
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

export async function saveViolation(
  { db, orgId, actor, now }: TxContext,
  id: string,
  patch: ViolationUpdate,
): Promise<void> {
  await db
    .updateTable('violations')
    .set({ ...patch, ...(patch.state ? { state_by: JSON.stringify(actor), state_at: now() } : {}) })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

/** Whether a person belongs to the organization. */
export async function isMember({ db, orgId }: Context, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('organization_members')
    .select('id')
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Takes from violations what their runs said; that they were stays on record. */
export async function forgetRunsOfViolations({ db, orgId }: Context, runIds: readonly string[]): Promise<void> {
  await sql`
    update violations set args_view = null, matched = '[]', context = null
    where org_id = ${orgId} and run_id = any(${runIds}::uuid[])`.execute(db);
}
