import type { Database } from '#server/platform/postgres/database.ts';
import type { TokenScope } from '../access.rules.ts';

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
