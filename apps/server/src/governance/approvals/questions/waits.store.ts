import { sql } from 'kysely';
import type { Platform } from '#server/platform/context.ts';

/** Those of `ids`, of whatever organization, that are decided or overdue. */
export async function listDecided({ db, now }: Platform, ids: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from approvals where id = any(${ids}::uuid[])
      and (status <> 'pending' or expires_at <= ${now()}::timestamptz)`.execute(db);
  return rows.map(({ id }) => id);
}
