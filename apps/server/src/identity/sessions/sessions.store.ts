import type { Database } from '#server/platform/postgres/database.ts';

export interface SessionRow {
  id: string;
  user_id: string;
  last_seen_at: string;
  created_at: string;
}

export async function insertSession(
  db: Database,
  session: { id: string; user_id: string; token_hash: Buffer; created_at: Date; last_seen_at: Date; expires_at: Date },
): Promise<void> {
  await db.insertInto('user_sessions').values(session).execute();
}

export const findSession = (db: Database, tokenHash: Buffer, now: Date): Promise<SessionRow | undefined> =>
  db
    .selectFrom('user_sessions')
    .select(['id', 'user_id', 'last_seen_at', 'created_at'])
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now.toISOString())
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
