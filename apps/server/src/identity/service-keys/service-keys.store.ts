import type { Context, TxContext } from '#server/platform/context.ts';
import type { Database } from '#server/platform/postgres/database.ts';
import type { ServiceKey } from './service-keys.schema.ts';

const FIELDS = [
  'id',
  'org_id as organization_id',
  'name',
  'prefix',
  'scopes',
  'agent_slugs',
  'created_by_user_id',
  'expires_at',
  'last_used_at',
  'last_used_ip',
  'created_at',
] as const;

interface Row {
  scopes: ServiceKey['scopes'];
}

export interface NewServiceKey {
  id: string;
  name: string;
  prefix: string;
  token_hash: Buffer;
  scopes: string[];
  agent_slugs: string[];
  created_by_user_id: string | null;
  expires_at: string | null;
}

export const insertServiceKey = ({ db, orgId, now }: TxContext, key: NewServiceKey): Promise<ServiceKey> =>
  db
    .insertInto('service_keys')
    .values({ ...key, org_id: orgId, created_at: now() })
    .returning(FIELDS)
    .$narrowType<Row>()
    .executeTakeFirstOrThrow();

/** Newest first; one more than `limit`, so that the caller sees whether there is another page. */
export function listServiceKeys(
  { db, orgId }: Context,
  after: string | undefined,
  limit: number,
): Promise<ServiceKey[]> {
  // Ids are UUIDv7 made at creation, so their order is the order of creation.
  const query = db.selectFrom('service_keys').select(FIELDS).where('org_id', '=', orgId);
  return (after ? query.where('id', '<', after) : query)
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .$narrowType<Row>()
    .execute();
}

export const removeServiceKey = ({ db, orgId }: TxContext, id: string): Promise<ServiceKey | undefined> =>
  db
    .deleteFrom('service_keys')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .returning(FIELDS)
    .$narrowType<Row>()
    .executeTakeFirst();

export const findServiceKeyByHash = (db: Database, hash: Buffer): Promise<ServiceKey | undefined> =>
  db.selectFrom('service_keys').select(FIELDS).where('token_hash', '=', hash).$narrowType<Row>().executeTakeFirst();

export async function saveServiceKeyUsed(
  db: Database,
  id: string,
  used: { last_used_at: Date; last_used_ip: string },
): Promise<void> {
  await db.updateTable('service_keys').set(used).where('id', '=', id).execute();
}

export const findServiceKey = ({ db, orgId }: Context, id: string): Promise<ServiceKey | undefined> =>
  db
    .selectFrom('service_keys')
    .select(FIELDS)
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .$narrowType<Row>()
    .executeTakeFirst();
