import type { Database } from '#server/platform/postgres/database.ts';

export interface SessionRow {
  id: string;
  user_id: string;
  last_seen_at: string;
  created_at: string;
}

export interface NewSession {
  id: string;
  user_id: string;
  access_token_id: string | null;
  token_hash: Buffer;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
}

export async function insertSession(db: Database, session: NewSession): Promise<void> {
  await db.insertInto('user_sessions').values(session).execute();
}

/** A session that stands: neither it nor the access token that opened it has ended. */
export const findSession = (db: Database, tokenHash: Buffer, now: Date): Promise<SessionRow | undefined> =>
  db
    .selectFrom('user_sessions as s')
    .leftJoin('access_tokens as t', 't.id', 's.access_token_id')
    .select(['s.id', 's.user_id', 's.last_seen_at', 's.created_at'])
    .where('s.token_hash', '=', tokenHash)
    .where('s.expires_at', '>', now.toISOString())
    .where('t.revoked_at', 'is', null)
    .where((eb) => eb.or([eb('t.expires_at', 'is', null), eb('t.expires_at', '>', now.toISOString())]))
    .executeTakeFirst();

export async function saveSessionSeen(
  db: Database,
  id: string,
  seen: { last_seen_at: Date; expires_at: Date },
): Promise<void> {
  await db.updateTable('user_sessions').set(seen).where('id', '=', id).execute();
}

export async function removeSession(db: Database, tokenHash: Buffer): Promise<void> {
  await db.deleteFrom('user_sessions').where('token_hash', '=', tokenHash).execute();
}

export async function removeExpiredSessions(db: Database, now: Date): Promise<void> {
  await db.deleteFrom('user_sessions').where('expires_at', '<=', now.toISOString()).execute();
}
