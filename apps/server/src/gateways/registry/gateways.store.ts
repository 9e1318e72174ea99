import { type ExpressionBuilder, type Selectable, sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { Tables } from '#server/platform/postgres/tables.gen.ts';
import { onConstraint, Problem } from '#server/platform/problem.ts';
import type { GatewayRead } from './gateways.schema.ts';

export type GatewayRow = Selectable<Tables['gateways']>;

const FIELDS = [
  ...(['id', 'org_id as organization_id', 'name', 'url', 'workspace_root', 'allow_insecure_tls'] as const),
  ...(['disable_device_pairing', 'credential_delivery', 'status', 'server_version', 'protocol'] as const),
  ...(['last_connected_at', 'last_error', 'version', 'created_at', 'updated_at'] as const),
];

/** How many rows of the same organization belong to the gateway. */
const countOf = (eb: ExpressionBuilder<Tables, 'gateways'>, table: 'agents' | 'boards') =>
  eb
    .selectFrom(table)
    .select(sql<number>`count(*)`.as('n'))
    .whereRef(`${table}.org_id`, '=', 'gateways.org_id')
    .whereRef(`${table}.gateway_id`, '=', 'gateways.id');

const gateways = ({ db, orgId }: Context) =>
  db
    .selectFrom('gateways')
    .select(FIELDS)
    .select(sql<null>`null`.as('token'))
    .select(sql<boolean>`token_enc is not null`.as('has_token'))
    .select(
      sql<string | null>`(select device_id from gateway_devices d where d.org_id = gateways.org_id)`.as('device_id'),
    )
    .select((eb) => [countOf(eb, 'agents').as('agents_count'), countOf(eb, 'boards').as('boards_count')])
    .where('org_id', '=', orgId);

export async function findGateway(ctx: Context, id: string): Promise<GatewayRead | undefined> {
  const row = await gateways(ctx).where('id', '=', id).executeTakeFirst();
  return row as GatewayRead | undefined; // enums and JSON are checked where they are written
}

/** How the gateway saved under exactly that address is reached. */
export const findTargetByUrl = ({ db, orgId }: Context, url: string) =>
  db
    .selectFrom('gateways')
    .select(['id', 'url', 'token_enc', 'allow_insecure_tls', 'disable_device_pairing'])
    .where('org_id', '=', orgId)
    .where('url', '=', url)
    .orderBy('created_at')
    .executeTakeFirst();

/** How a saved gateway is reached. */
export const findTarget = ({ db, orgId }: Context, id: string) =>
  db
    .selectFrom('gateways')
    .select(['id', 'url', 'token_enc', 'allow_insecure_tls', 'disable_device_pairing'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();

/** A gateway's status, which does not change before the transaction ends. */
export async function findStatusForShare({ db, orgId }: TxContext, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('gateways')
    .select('status')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .forShare()
    .executeTakeFirst();
  return row?.status;
}

/** A page of gateways, newest first, and how many there are in all. */
export async function listGateways(
  ctx: Context,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ items: GatewayRead[]; total: number; limit: number; offset: number }> {
  const [items, { total }] = await Promise.all([
    gateways(ctx).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).offset(offset).execute(),
    ctx.db
      .selectFrom('gateways')
      .select(sql<number>`count(*)`.as('total'))
      .where('org_id', '=', ctx.orgId)
      .executeTakeFirstOrThrow(),
  ]);
  return { items: items as GatewayRead[], total, limit, offset };
}

export const findGatewayRow = ({ db, orgId }: Context, id: string): Promise<GatewayRow | undefined> =>
  db.selectFrom('gateways').selectAll().where('org_id', '=', orgId).where('id', '=', id).executeTakeFirst();

type NewGateway = Pick<
  GatewayRow,
  | 'id'
  | 'name'
  | 'url'
  | 'token_enc'
  | 'workspace_root'
  | 'allow_insecure_tls'
  | 'disable_device_pairing'
  | 'credential_delivery'
  | 'status'
  | 'server_version'
  | 'protocol'
>;

/** Throws `gateway.name_taken`. */
export async function insertGateway({ db, orgId, now }: TxContext, gateway: NewGateway): Promise<void> {
  const statement = db
    .insertInto('gateways')
    .values({ ...gateway, org_id: orgId, created_at: now(), updated_at: now() })
    .execute();
  await onConstraint(statement, 'gateways_name', () => nameTaken(gateway.name));
}

const nameTaken = (name: string | undefined) =>
  new Problem('gateway.name_taken', 409, `Another gateway is called ${name} already.`);

/** Asks whoever supervises it to connect now. */
export async function saveConnecting({ db, orgId }: Context, id: string): Promise<void> {
  await db
    .updateTable('gateways')
    .set({ status: 'connecting' })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('status', '<>', 'connected')
    .execute();
}

/** Holds a gateway's row until the transaction ends. */
export const lockGateway = ({ db, orgId }: TxContext, id: string): Promise<GatewayRow | undefined> =>
  db.selectFrom('gateways').selectAll().where('org_id', '=', orgId).where('id', '=', id).forUpdate().executeTakeFirst();

export type GatewayPatch = Partial<
  Pick<
    GatewayRow,
    | 'name'
    | 'url'
    | 'token_enc'
    | 'workspace_root'
    | 'allow_insecure_tls'
    | 'disable_device_pairing'
    | 'credential_delivery'
    | 'status'
    | 'server_version'
    | 'protocol'
  >
> & { last_error?: null };

/** Writes changed fields; a version more. Throws `gateway.name_taken`. */
export async function saveGateway({ db, orgId, now }: TxContext, id: string, patch: GatewayPatch): Promise<void> {
  const statement = db
    .updateTable('gateways')
    .set({ ...patch, updated_at: now(), version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
  await onConstraint(statement, 'gateways_name', () => nameTaken(patch.name));
}

export async function listBoardIds({ db, orgId }: Context, gatewayId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('boards')
    .select('id')
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .orderBy('created_at')
    .execute();
  return rows.map(({ id }) => id);
}

export async function removeGateway({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('gateways').where('org_id', '=', orgId).where('id', '=', id).execute();
}
