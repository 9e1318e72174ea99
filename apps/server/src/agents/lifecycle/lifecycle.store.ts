import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { type AgentRow, rowsOf } from '../registry/agent-rows.store.ts';

export interface GatewayRow {
  id: string;
  name: string;
}

/** Holds a gateway's row until the transaction ends: agents of one gateway are made, renamed and converted in turn. */
export const lockGateway = ({ db, orgId }: TxContext, id: string): Promise<GatewayRow | undefined> =>
  db
    .selectFrom('gateways')
    .select(['id', 'name'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

export interface BoardRow {
  id: string;
  name: string;
  gateway_id: string | null;
  max_agents: number;
}

/** A board that stays until the transaction ends. */
export const holdBoard = ({ db, orgId }: TxContext, id: string): Promise<BoardRow | undefined> =>
  db
    .selectFrom('boards')
    .select(['id', 'name', 'gateway_id', 'max_agents'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .forKeyShare()
    .executeTakeFirst();

export async function isGatewayInUse({ db, orgId }: Context, gatewayId: string): Promise<boolean> {
  const board = await db
    .selectFrom('boards')
    .select('id')
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirst();
  return board !== undefined;
}

export const findLead = (ctx: Context, boardId: string): Promise<AgentRow | undefined> =>
  rowsOf(ctx).where('board_id', '=', boardId).where('kind', '=', 'lead').executeTakeFirst();

export const findMain = (ctx: Context, gatewayId: string): Promise<AgentRow | undefined> =>
  rowsOf(ctx).where('gateway_id', '=', gatewayId).where('kind', '=', 'main').executeTakeFirst();

/** Agents of a board that are no lead; what a board's limit counts. */
export async function countWorkers({ db, orgId }: Context, boardId: string): Promise<number> {
  const { workers } = await db
    .selectFrom('agents')
    .select(sql<number>`count(*)`.as('workers'))
    .where('org_id', '=', orgId)
    .where('board_id', '=', boardId)
    .where('kind', '<>', 'lead')
    .executeTakeFirstOrThrow();
  return workers;
}

export async function listNamesOnGateway(
  { db, orgId }: Context,
  gatewayId: string,
  exceptId: string | null = null,
): Promise<string[]> {
  const rows = await db
    .selectFrom('agents')
    .select('name')
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .where(sql<boolean>`id is distinct from ${exceptId}::uuid`)
    .execute();
  return rows.map(({ name }) => name);
}

/** Whether another agent of the gateway has that name, in any case. */
export async function isNameTaken(
  { db, orgId }: Context,
  gatewayId: string,
  name: string,
  exceptId: string | null,
): Promise<boolean> {
  const row = await db
    .selectFrom('agents')
    .select('id')
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .where(sql<boolean>`lower(name) = lower(${name})`)
    .where(sql<boolean>`id is distinct from ${exceptId}::uuid`)
    .executeTakeFirst();
  return row !== undefined;
}

export interface NewGatewayAgent {
  id: string;
  slug: string;
  name: string;
  kind: 'main' | 'lead' | 'worker';
  gateway_id: string;
  board_id: string | null;
  gateway_agent_id: string;
  openclaw_session_id: string;
  heartbeat_config: object;
  identity_profile: object | null;
  identity_template: string | null;
  soul_template: string | null;
  model: string | null;
}

const toJson = (value: object | null) => (value === null ? null : JSON.stringify(value));

/** Makes an agent of a gateway unless its handle is taken; undefined then. The caller holds the gateway's row. */
export const insertGatewayAgent = (
  { db, orgId, now }: TxContext,
  { heartbeat_config, identity_profile, ...agent }: NewGatewayAgent,
): Promise<AgentRow | undefined> =>
  db
    .insertInto('agents')
    .values({
      ...agent,
      org_id: orgId,
      origin: 'openclaw',
      agent_type: 'openclaw',
      heartbeat_config: toJson(heartbeat_config),
      identity_profile: toJson(identity_profile),
      created_at: now(),
      updated_at: now(),
    })
    .onConflict((conflict) => conflict.columns(['org_id', 'slug']).doNothing())
    .returningAll()
    .executeTakeFirst();

export const listRowsOfBoard = (tx: TxContext, boardId: string): Promise<AgentRow[]> =>
  rowsOf(tx).where('board_id', '=', boardId).orderBy('id').forUpdate().execute();

export const listRowsOfGateway = (tx: TxContext, gatewayId: string): Promise<AgentRow[]> =>
  rowsOf(tx).where('gateway_id', '=', gatewayId).orderBy('id').forUpdate().execute();

export const listRowsOnGateways = (tx: TxContext): Promise<AgentRow[]> =>
  rowsOf(tx).where('gateway_id', 'is not', null).orderBy('id').forUpdate().execute();

export async function removeAgentRows({ db, orgId }: TxContext, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.deleteFrom('agents').where('org_id', '=', orgId).where('id', 'in', ids).execute();
}

/** Takes agents without a gateway off their board. */
export async function saveWithoutBoard({ db, orgId, now }: TxContext, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('agents')
    .set({ board_id: null, updated_at: now(), version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', 'in', ids)
    .execute();
}

/** An adopted agent that loses its board is watched only: what was ours of it is taken away. */
export async function saveWatchedOnly({ db, orgId, now }: TxContext, id: string): Promise<void> {
  await db
    .updateTable('agents')
    .set({ board_id: null, managed: false, kind: 'worker', credential_mode: null, lifecycle_state: 'steady' })
    .set({ transition_deadline_at: null, next_retry_at: null, last_error: null })
    .set({ updated_at: now(), version: sql`version + 1`, bundle: sql`bundle + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}
