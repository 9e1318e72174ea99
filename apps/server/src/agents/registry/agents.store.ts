import { type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { Tables } from '#server/platform/postgres/tables.gen.ts';
import type { Agent, AgentQuery, AgentUpdate, ControlState } from './agents.schema.ts';

export type AgentRow = Selectable<Tables['agents']>;

const rows = ({ db, orgId }: Context) => db.selectFrom('agents').selectAll().where('org_id', '=', orgId);

export const findAgentRow = (ctx: Context, id: string): Promise<AgentRow | undefined> =>
  rows(ctx).where('id', '=', id).executeTakeFirst();

/** Holds an agent's row until the transaction ends. */
export const lockAgent = (tx: TxContext, id: string): Promise<AgentRow | undefined> =>
  rows(tx).where('id', '=', id).forUpdate().executeTakeFirst();

export const lockAgentBySlug = (tx: TxContext, slug: string): Promise<AgentRow | undefined> =>
  rows(tx).where('slug', '=', slug).forUpdate().executeTakeFirst();

/** The wire shape: the row, the number and SLA of its active version, its newest health. */
const agents = ({ db, orgId }: Context) =>
  db
    .selectFrom('agents as a')
    .leftJoin('agent_versions as v', 'v.id', 'a.active_version_id')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('agent_health')
          .select(['health', 'reasons'])
          .whereRef('agent_health.agent_id', '=', 'a.id')
          .orderBy('at', 'desc')
          .limit(1)
          .as('h'),
      (join) => join.onTrue(),
    )
    .where('a.org_id', '=', orgId);

const FIELDS = [
  'a.id',
  'a.org_id as organization_id',
  'a.slug',
  'a.name',
  'a.origin',
  'a.kind',
  'a.agent_type',
  'a.framework',
  'a.framework_version',
  'a.description',
  'a.labels',
  'a.model',
  'a.status',
  'a.tier',
  'a.control_state',
  'a.control_reason',
  'a.control_at',
  'a.active_version_id',
  'v.number as active_version_number',
  'a.auto_activate',
  'a.fail_mode',
  'a.enforce_capabilities',
  'a.last_seen_at',
  'a.version',
  'a.created_at',
  'a.updated_at',
] as const;

type Joined = ReturnType<typeof agents>;

const withFields = (query: Joined) =>
  query
    .select(FIELDS)
    .select(sql<number | null>`(v.manifest ->> 'latency_sla_ms')::int`.as('latency_sla_ms'))
    .select(sql<Agent['health']>`coalesce(h.health, 'grey')`.as('health'))
    .select(sql<Agent['health_reasons']>`coalesce(h.reasons, '[]')`.as('health_reasons'));

export async function findAgent(ctx: Context, id: string): Promise<Agent | undefined> {
  return (await withFields(agents(ctx)).where('a.id', '=', id).executeTakeFirst()) as Agent | undefined;
}

export async function findAgents(ctx: Context, ids: string[]): Promise<Agent[]> {
  if (ids.length === 0) return [];
  return (await withFields(agents(ctx)).where('a.id', 'in', ids).execute()) as Agent[];
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, (character) => `\\${character}`);

function filter<DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>, filters: AgentQuery) {
  const { origin, agent_type, framework, control_state, health, q } = filters;
  const like = q ? `%${escapeLike(q)}%` : '';
  return query
    .$if(origin !== 'all', (b) => b.where(sql<boolean>`a.origin = ${origin}`))
    .$if(agent_type !== undefined, (b) => b.where(sql<boolean>`a.agent_type = ${agent_type}`))
    .$if(framework !== undefined, (b) => b.where(sql<boolean>`a.framework = ${framework}`))
    .$if(control_state !== undefined, (b) => b.where(sql<boolean>`a.control_state = ${control_state}`))
    .$if(health !== undefined, (b) => b.where(sql<boolean>`coalesce(h.health, 'grey') = ${health}`))
    .$if(like !== '', (b) =>
      b.where(sql<boolean>`(a.name ilike ${like} or a.slug ilike ${like} or a.agent_type ilike ${like})`),
    );
}

/** A page of agents, newest first, and how many there are in all. */
export async function listAgents(ctx: Context, query: AgentQuery): Promise<{ items: Agent[]; total: number }> {
  const filtered = filter(agents(ctx), query);
  const [items, counted] = await Promise.all([
    filter(withFields(agents(ctx)), query)
      .orderBy('a.created_at', 'desc')
      .orderBy('a.id', 'desc')
      .limit(query.limit)
      .offset(query.offset)
      .execute(),
    filtered.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow(),
  ]);
  return { items: items as Agent[], total: counted.total };
}

export interface NewAgent {
  id: string;
  slug: string;
  name: string;
  origin: Agent['origin'];
  agent_type: string;
}

/** Makes an agent unless its slug is taken; undefined then. */
export const insertAgent = ({ db, orgId, now }: TxContext, agent: NewAgent): Promise<AgentRow | undefined> =>
  db
    .insertInto('agents')
    .values({ ...agent, org_id: orgId, created_at: now(), updated_at: now() })
    .onConflict((conflict) => conflict.columns(['org_id', 'slug']).doNothing())
    .returningAll()
    .executeTakeFirst();

const update = ({ db, orgId, now }: TxContext, id: string) =>
  db
    .updateTable('agents')
    .set({ updated_at: now(), version: sql`version + 1`, bundle: sql`bundle + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id);

/** What a process says of its agent each time it enrols; a discovered agent becomes active. */
export async function saveEnrolment(
  tx: TxContext,
  id: string,
  enrolled: { agent_type: string; framework: string | null; framework_version: string | null },
): Promise<void> {
  await tx.db
    .updateTable('agents')
    .set({
      ...enrolled,
      status: 'online',
      tier: sql`greatest(tier, 1)`,
      last_seen_at: tx.now(),
      control_state: sql`case when control_state = 'discovered' then 'active' else control_state end`,
    })
    .where('org_id', '=', tx.orgId)
    .where('id', '=', id)
    .execute();
}

export async function saveAgentVersion(
  tx: TxContext,
  id: string,
  versionId: string,
  model: string | null,
): Promise<void> {
  await update(tx, id).set({ active_version_id: versionId, model }).execute();
}

export async function saveAgent(tx: TxContext, id: string, { labels, ...patch }: AgentUpdate): Promise<void> {
  await update(tx, id)
    .set({ ...patch, ...(labels ? { labels: JSON.stringify(labels) } : {}) })
    .execute();
}

export async function saveControl(
  tx: TxContext,
  id: string,
  state: ControlState,
  reason: string | null,
): Promise<void> {
  await update(tx, id)
    .set({ control_state: state, control_reason: reason, control_by: JSON.stringify(tx.actor), control_at: tx.now() })
    .execute();
}

/** Lets every process of the organization fetch its bundles anew. */
export async function saveBundlesStale({ db, orgId }: TxContext): Promise<void> {
  await db.updateTable('agents').set({ bundle: sql`bundle + 1` }).where('org_id', '=', orgId).execute();
}

export const listParents = (
  { db, orgId }: Context,
  agentId: string,
): Promise<{ slug: string; agent_id: string | null }[]> =>
  db
    .selectFrom('agent_parents as p')
    .leftJoin('agents as a', (join) => join.onRef('a.org_id', '=', 'p.org_id').onRef('a.slug', '=', 'p.parent_slug'))
    .select(['p.parent_slug as slug', 'a.id as agent_id'])
    .where('p.org_id', '=', orgId)
    .where('p.agent_id', '=', agentId)
    .orderBy('p.parent_slug')
    .execute();

export async function insertParents({ db, orgId }: TxContext, agentId: string, slugs: string[]): Promise<void> {
  if (slugs.length === 0) return;
  await db
    .insertInto('agent_parents')
    .values(slugs.map((parent_slug) => ({ org_id: orgId, agent_id: agentId, parent_slug })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
