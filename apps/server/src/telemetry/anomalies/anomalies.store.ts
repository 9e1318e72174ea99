import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { Anomaly, AnomalyQuery, Severity } from './anomalies.schema.ts';

const COLUMNS = [
  ...(['n.id', 'n.agent_id', 'a.name as agent_name', 'n.version_id', 'n.detector', 'n.metric', 'n.scope'] as const),
  ...(['n.severity', 'n.state', 'n.opened_at', 'n.began_at', 'n.last_seen_at', 'n.closed_at', 'n.observed'] as const),
  ...(['n.expected_low', 'n.expected_high', 'n.z', 'n.n', 'n.baseline_level', 'n.cause'] as const),
  ...(['n.affected_agent_ids', 'n.root_anomaly_id', 'n.example_run_ids', 'n.explanation', 'n.feedback'] as const),
  ...(['n.note', 'n.mute_until'] as const),
];

const select = ({ db, orgId }: Context) =>
  db
    .selectFrom('anomalies as n')
    .innerJoin('agents as a', (join) => join.onRef('a.org_id', '=', 'n.org_id').onRef('a.id', '=', 'n.agent_id'))
    .select(COLUMNS)
    .where('n.org_id', '=', orgId);

export async function findAnomaly(ctx: Context, id: string): Promise<Anomaly | undefined> {
  const row = await select(ctx).where('n.id', '=', id).executeTakeFirst();
  return row as Anomaly | undefined; // enums are checked by the columns' constraints or written by us
}

/** A page, newest first, one more than the limit. */
export async function listAnomalies(
  ctx: Context,
  { agent_id, detector, severity, state, limit }: AnomalyQuery,
  after: readonly [string, string] | undefined,
): Promise<Anomaly[]> {
  const filters = [
    agent_id === undefined ? [] : [sql<boolean>`n.agent_id = ${agent_id}`],
    detector === undefined ? [] : [sql<boolean>`n.detector = ${detector}`],
    severity === undefined ? [] : [sql<boolean>`n.severity = ${severity}`],
    state === undefined ? [] : [sql<boolean>`(n.state = 'closed') = ${state === 'closed'}`],
    after === undefined ? [] : [sql<boolean>`(n.opened_at, n.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`],
  ].flat();
  const rows = await select(ctx)
    .where(sql<boolean>`${sql.join([sql`true`, ...filters], sql` and `)}`)
    .orderBy('n.opened_at', 'desc')
    .orderBy('n.id', 'desc')
    .limit(limit + 1)
    .execute();
  return rows as Anomaly[]; // as above
}

/** The open anomaly of an agent and detector; undefined when there is none. Its row is held until the transaction ends. */
export const lockOpen = (
  { db, orgId }: TxContext,
  agentId: string,
  { detector, scope }: { detector: string; scope: string },
): Promise<{ id: string; severity: string; last_seen_at: string } | undefined> =>
  db
    .selectFrom('anomalies')
    .select(['id', 'severity', 'last_seen_at'])
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .where('detector', '=', detector)
    .where('scope', '=', scope)
    .where('state', '<>', 'closed')
    .forUpdate()
    .executeTakeFirst();

/** Whether somebody keeps a detector quiet on an agent just now. */
export async function isMuted({ db, orgId, now }: TxContext, agentId: string, detector: string): Promise<boolean> {
  const row = await db
    .selectFrom('anomalies')
    .select('id')
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .where('detector', '=', detector)
    .where('mute_until', '>', now().toISOString())
    .executeTakeFirst();
  return row !== undefined;
}

interface NewAnomaly
  extends Pick<
    Anomaly,
    'id' | 'agent_id' | 'version_id' | 'detector' | 'metric' | 'scope' | 'severity' | 'observed' | 'expected_low'
  > {
  expected_high: number | null;
  z: number | null;
  n: number;
  baseline_level: string;
  began_at: Date;
  /** JSON. */
  cause: string | null;
  affected_agent_ids: string[];
  root_anomaly_id: string | null;
  example_run_ids: string[];
  explanation: string;
}

/** Opens one; false when it is open already. */
export async function insertAnomaly({ db, orgId, now }: TxContext, anomaly: NewAnomaly): Promise<boolean> {
  const row = await db
    .insertInto('anomalies')
    .values({ ...anomaly, org_id: orgId, opened_at: now(), last_seen_at: now() })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export interface AnomalyPatch {
  severity?: Severity;
  state?: Anomaly['state'];
  observed?: number;
  n?: number;
  z?: number | null;
  explanation?: string;
  example_run_ids?: string[];
  last_seen_at?: Date;
  closed_at?: Date;
  feedback?: Anomaly['feedback'];
  note?: string | null;
  mute_until?: string | null;
}

export async function saveAnomaly({ db, orgId }: TxContext, id: string, patch: AnomalyPatch): Promise<void> {
  await db.updateTable('anomalies').set(patch).where('org_id', '=', orgId).where('id', '=', id).execute();
}

/** Open anomalies that a newly opened one of this agent is behind point to it from now on. */
export async function saveRoot({ db, orgId }: TxContext, agentId: string, rootId: string): Promise<void> {
  await sql`update anomalies set root_anomaly_id = ${rootId} where org_id = ${orgId} and state <> 'closed'
    and root_anomaly_id is null and id <> ${rootId} and cause ->> 'agent_id' = ${agentId} and agent_id <> ${agentId}`.execute(
    db,
  );
}

/** The open anomaly of an agent that says most; undefined when it has none. */
export async function findWorstOpen({ db, orgId }: Context, agentId: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from anomalies where org_id = ${orgId} and agent_id = ${agentId} and state <> 'closed'
    order by array_position(array['critical', 'high', 'medium', 'low'], severity), opened_at limit 1`.execute(db);
  return rows[0]?.id;
}
