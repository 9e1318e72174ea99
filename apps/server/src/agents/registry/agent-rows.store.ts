import { type Selectable, sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { Tables } from '#server/platform/postgres/tables.gen.ts';
import type { AgentRead, ControlState } from './agents.schema.ts';

export type AgentRow = Selectable<Tables['agents']>;

/** The rows of the organization's agents. */
export const rowsOf = ({ db, orgId }: Context) => db.selectFrom('agents').selectAll().where('org_id', '=', orgId);

export const findAgentRow = (ctx: Context, id: string): Promise<AgentRow | undefined> =>
  rowsOf(ctx).where('id', '=', id).executeTakeFirst();

export const findAgentRows = (ctx: Context, ids: string[]): Promise<AgentRow[]> =>
  ids.length === 0 ? Promise.resolve([]) : rowsOf(ctx).where('id', 'in', ids).execute();

/** Holds an agent's row until the transaction ends. */
export const lockAgent = (tx: TxContext, id: string): Promise<AgentRow | undefined> =>
  rowsOf(tx).where('id', '=', id).forUpdate().executeTakeFirst();

/** As {@link lockAgent}, in the order of their ids. */
export const lockAgents = (tx: TxContext, ids: string[]): Promise<AgentRow[]> =>
  ids.length === 0 ? Promise.resolve([]) : rowsOf(tx).where('id', 'in', ids).orderBy('id').forUpdate().execute();

export const lockAgentBySlug = (tx: TxContext, slug: string): Promise<AgentRow | undefined> =>
  rowsOf(tx).where('slug', '=', slug).forUpdate().executeTakeFirst();

export interface NewAgent {
  id: string;
  slug: string;
  name: string;
  origin: AgentRead['origin'];
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

/** Changed fields of a row. */
export type AgentPatch = Partial<
  Pick<
    AgentRow,
    | 'name'
    | 'description'
    | 'auto_activate'
    | 'auto_rollback'
    | 'deploy_target_id'
    | 'fail_mode'
    | 'enforce_capabilities'
    | 'board_id'
    | 'gateway_id'
    | 'gateway_agent_id'
    | 'openclaw_session_id'
    | 'kind'
    | 'identity_template'
    | 'soul_template'
    | 'model'
  >
> & { labels?: object; heartbeat_config?: object | null; identity_profile?: object | null };

const JSON_FIELDS = ['labels', 'heartbeat_config', 'identity_profile'] as const;

/** What was learned of the place where an agent stood. */
const UNPLACED = { workspace_path: null, credential_mode: null, hard_paused_at: null, permission_mode: null };

/** Writes changed fields; a version more. */
export async function saveAgent(tx: TxContext, id: string, patch: AgentPatch): Promise<void> {
  const { labels: _l, heartbeat_config: _h, identity_profile: _i, ...plain } = patch;
  const json = JSON_FIELDS.flatMap((name) => {
    const value = patch[name];
    return value === undefined ? [] : [[name, value === null ? null : JSON.stringify(value)]];
  });
  const isElsewhere = patch.gateway_id !== undefined || patch.gateway_agent_id !== undefined;
  await update(tx, id)
    .set({ ...plain, ...Object.fromEntries(json), ...(isElsewhere ? UNPLACED : {}) })
    .execute();
}

export async function saveControl(
  tx: TxContext,
  id: string,
  { state, reason, drainUntil = null }: { state: ControlState; reason: string | null; drainUntil?: Date | null },
): Promise<void> {
  await update(tx, id)
    .set({ control_state: state, control_reason: reason, drain_deadline_at: drainUntil })
    .set({ control_by: JSON.stringify(tx.actor), control_at: tx.now() })
    .execute();
}

/** Lets every process of the organization fetch its bundles anew. */
export async function saveBundlesStale({ db, orgId }: TxContext): Promise<void> {
  await db.updateTable('agents').set({ bundle: sql`bundle + 1` }).where('org_id', '=', orgId).execute();
}

/** Gives the bundles of these agents their next number, in the order of their ids so that two changes do not block each other. */
export async function saveBundlesNewer({ db, orgId }: TxContext, ids: string[]): Promise<void> {
  await sql`with chosen as materialized (
      select id from agents where org_id = ${orgId} and id = any(${ids}::uuid[]) order by id for no key update)
    update agents a set bundle = a.bundle + 1 from chosen where a.id = chosen.id`.execute(db);
}
