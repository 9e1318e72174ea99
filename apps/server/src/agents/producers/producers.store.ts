import { sql } from 'kysely';
import type { Context, Platform, TxContext } from '#server/platform/context.ts';
import type { Producer } from './producers.schema.ts';

const DAY_MS = 24 * 3_600_000;
/** A process is online while it was seen this recently. */
export const ONLINE_MS = 45_000;

/** The kinds of rules that process `p` says it can read. */
export const RULE_KINDS = sql<string[] | null>`case when jsonb_typeof(p.capabilities -> 'rule_kinds') = 'array' then
  p.capabilities -> 'rule_kinds' end`.as('rule_kinds');

/** A process, and the kinds of rules that it can read; null where it did not say. */
export type ListedProducer = Omit<Producer, 'unread_rules'> & { rule_kinds: string[] | null };

/** The processes that reported for an agent in the last 24 h, newest first. */
export async function listProducers(
  { db, orgId, now }: Context,
  agentId: string,
  slug: string,
): Promise<ListedProducer[]> {
  const at = now().getTime();
  const rows = await db
    .selectFrom('producer_agents as pa')
    .innerJoin('producers as p', (join) =>
      join.onRef('p.org_id', '=', 'pa.org_id').onRef('p.id', '=', 'pa.producer_id'),
    )
    .select(['p.id', 'p.host', 'p.pid', 'p.runtime', 'p.sdk', 'p.last_seen_at', 'p.dropped', 'p.self', 'p.skew_ms'])
    .select(sql<number | null>`(p.bundle_versions ->> ${slug})::int`.as('bundle'))
    .select(RULE_KINDS)
    .where('pa.org_id', '=', orgId)
    .where('pa.agent_id', '=', agentId)
    .where('p.last_seen_at', '>', new Date(at - DAY_MS).toISOString())
    .orderBy('p.last_seen_at', 'desc')
    .limit(200)
    .execute();
  return rows.map((row) => ({
    ...row,
    dropped: row.dropped as Producer['dropped'],
    self: row.self as Producer['self'],
    online: row.last_seen_at !== null && at - new Date(row.last_seen_at).getTime() <= ONLINE_MS,
  }));
}

/** How many of the living processes of an agent have its newest bundle. */
export async function findRollout(
  { db, orgId, now }: Context,
  agentId: string,
): Promise<{ bundle: number; processes: number; current: number }> {
  const { rows } = await sql<{ bundle: number; processes: number; current: number }>`
    select a.bundle, count(p.id)::int as processes,
      count(p.id) filter (where (p.bundle_versions ->> a.slug)::int >= a.bundle)::int as current
    from agents a
    left join producer_agents pa on pa.org_id = a.org_id and pa.agent_id = a.id
    left join producers p on p.org_id = pa.org_id and p.id = pa.producer_id
      and p.last_seen_at > ${new Date(now().getTime() - ONLINE_MS)}
    where a.org_id = ${orgId} and a.id = ${agentId} group by a.id`.execute(db);
  return rows[0] ?? { bundle: 0, processes: 0, current: 0 };
}

export interface NewProducer {
  id: string;
  host: string | null;
  pid: number | null;
  runtime: string | null;
  sdk: string | null;
  capabilities: unknown;
}

export async function saveProducer(
  { db, orgId, now }: TxContext,
  { capabilities, ...producer }: NewProducer,
): Promise<void> {
  const values = { ...producer, capabilities: JSON.stringify(capabilities), last_seen_at: now() };
  await db
    .insertInto('producers')
    .values({ ...values, org_id: orgId })
    .onConflict((conflict) => conflict.columns(['org_id', 'id']).doUpdateSet(values))
    .execute();
}

/** The agents of a process from now on, each with the version that the process runs. */
export async function saveProducerAgents(
  { db, orgId }: TxContext,
  producerId: string,
  agents: { agent_id: string; version_id: string }[],
): Promise<void> {
  await db.deleteFrom('producer_agents').where('org_id', '=', orgId).where('producer_id', '=', producerId).execute();
  await db
    .insertInto('producer_agents')
    .values(
      agents.map(({ agent_id, version_id }) => ({ org_id: orgId, producer_id: producerId, agent_id, version_id })),
    )
    .execute();
}

/** An agent that a process may report for. */
export interface ProcessAgent {
  id: string;
  slug: string;
  agent_type: string;
  /** The version that this process runs. */
  version_id: string | null;
  control_state: string;
  control_at: string | null;
  bundle: number;
}

export const listProcessAgents = ({ db, orgId }: Context, producerId: string): Promise<ProcessAgent[]> =>
  db
    .selectFrom('producer_agents as pa')
    .innerJoin('agents as a', 'a.id', 'pa.agent_id')
    .select(['a.id', 'a.slug', 'a.agent_type', 'pa.version_id', 'a.control_state', 'a.control_at', 'a.bundle'])
    .where('pa.org_id', '=', orgId)
    .where('pa.producer_id', '=', producerId)
    .execute();

/** What a process last said of itself. */
export interface Sighting {
  org_id: string;
  producer_id: string;
  seen_at: Date;
  dropped: Record<string, number>;
  self: Record<string, number>;
  bundles: Record<string, number>;
  skew_ms: number;
  redacted: number;
  /** Ids of commands that it has. */
  acks: string[];
}

/** Writes sightings of many processes in one statement each for processes and agents; returns agents that came online. */
export async function saveSightings(
  { db }: Platform,
  sightings: Sighting[],
): Promise<{ org_id: string; agent_id: string }[]> {
  const seen = sql`jsonb_to_recordset(${JSON.stringify(sightings)}::jsonb) as s(org_id uuid, producer_id uuid,
    seen_at timestamptz, dropped jsonb, self jsonb, bundles jsonb, skew_ms int, redacted bigint)`;
  await sql`
    update producers p set last_seen_at = s.seen_at, dropped = s.dropped, self = s.self, bundle_versions = s.bundles,
      skew_ms = s.skew_ms, redacted_by_server = p.redacted_by_server + s.redacted
    from ${seen} where p.org_id = s.org_id and p.id = s.producer_id`.execute(db);
  const { rows } = await sql<{ org_id: string; agent_id: string }>`
    with seen as materialized (
      select a.id, a.org_id, a.status as status_before, max(s.seen_at) as seen_at
      from ${seen} join producer_agents pa on pa.org_id = s.org_id and pa.producer_id = s.producer_id
      join agents a on a.org_id = pa.org_id and a.id = pa.agent_id
      group by a.id, a.org_id, a.status order by a.id)
    update agents a set last_seen_at = seen.seen_at, status = 'online' from seen where a.id = seen.id
    returning a.org_id, case when seen.status_before <> 'online' then a.id end as agent_id`.execute(db);
  return rows.filter(({ agent_id }) => agent_id !== null);
}

/** Marks agents without a living process offline; returns them. */
export const saveSilentAgents = ({ db, now }: Platform): Promise<{ id: string; org_id: string }[]> =>
  db
    .updateTable('agents')
    .set({ status: 'offline' })
    .where('origin', 'in', ['sdk', 'otlp'])
    .where('status', '=', 'online')
    .where((eb) =>
      eb.or([
        eb('last_seen_at', 'is', null),
        eb('last_seen_at', '<', new Date(now().getTime() - ONLINE_MS).toISOString()),
      ]),
    )
    .returning(['id', 'org_id'])
    .execute();

/** Forgets processes that were silent for 30 days. */
export async function removeOldProducers({ db, now }: Platform): Promise<void> {
  await db
    .deleteFrom('producers')
    .where('last_seen_at', '<', new Date(now().getTime() - 30 * DAY_MS).toISOString())
    .execute();
}
