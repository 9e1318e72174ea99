import type { Context, TxContext } from '#server/platform/context.ts';
import type { Database } from '#server/platform/postgres/database.ts';
import type { TokenScope } from '../access.rules.ts';
import type { AccessTokenRead } from './access-tokens.schema.ts';

/** A live personal access token, as far as signing in needs it. */
export interface AccessTokenOwner {
  id: string;
  org_id: string;
  user_id: string;
  scopes: TokenScope[];
  last_used_at: string | null;
}

export const findAccessTokenOwner = (db: Database, hash: Buffer, now: Date): Promise<AccessTokenOwner | undefined> =>
  db
    .selectFrom('access_tokens')
    .select(['id', 'org_id', 'user_id', 'scopes', 'last_used_at'])
    .where('token_hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now.toISOString())]))
    .$narrowType<{ scopes: TokenScope[] }>()
    .executeTakeFirst();

export async function saveAccessTokenUsed(db: Database, id: string, at: Date): Promise<void> {
  await db.updateTable('access_tokens').set({ last_used_at: at }).where('id', '=', id).execute();
}

/** A row without the token itself, which is stored nowhere. */
export type AccessTokenRow = Omit<AccessTokenRead, 'token'>;

const FIELDS = ['id', 'name', 'scopes', 'prefix', 'expires_at', 'last_used_at', 'created_at'] as const;

/** The caller's tokens for the organization that were not revoked, newest first; one more than `limit`. */
export function listAccessTokens(
  { db, orgId, actor }: Context,
  after: string | undefined,
  limit: number,
): Promise<AccessTokenRow[]> {
  // Ids are UUIDv7 made at creation, so their order is the order of creation.
  const query = db
    .selectFrom('access_tokens')
    .select(FIELDS)
    .where('org_id', '=', orgId)
    .where('user_id', '=', actor.id)
    .where('revoked_at', 'is', null);
  return (after ? query.where('id', '<', after) : query)
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .$narrowType<{ scopes: TokenScope[] }>()
    .execute();
}

export interface NewAccessToken {
  id: string;
  user_id: string;
  name: string;
  scopes: TokenScope[];
  prefix: string;
  token_hash: Buffer;
  expires_at: string | null;
}

export const insertAccessToken = ({ db, orgId, now }: TxContext, token: NewAccessToken): Promise<AccessTokenRow> =>
  db
    .insertInto('access_tokens')
    .values({ ...token, org_id: orgId, created_at: now() })
    .returning(FIELDS)
    .$narrowType<{ scopes: TokenScope[] }>()
    .executeTakeFirstOrThrow();

/** Revokes a person's tokens for the organization: the one given, else all; those that were not revoked before. */
export function saveTokensRevoked(
  { db, orgId, now }: TxContext,
  userId: string,
  id: string | undefined,
): Promise<AccessTokenRow[]> {
  const query = db
    .updateTable('access_tokens')
    .set({ revoked_at: now() })
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null);
  return (id === undefined ? query : query.where('id', '=', id))
    .returning(FIELDS)
    .$narrowType<{ scopes: TokenScope[] }>()
    .execute();
}
