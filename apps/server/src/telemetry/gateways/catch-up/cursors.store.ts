import { sql } from 'kysely';
import type { Context, Platform } from '#server/platform/context.ts';

/** Where the history of a session was read to; undefined when it never was. */
export async function findCursor(
  { db, orgId }: Context,
  gatewayId: string,
  sessionKey: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('gateway_session_cursors')
    .select('cursor')
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .where('session_key', '=', sessionKey)
    .executeTakeFirst();
  return row?.cursor;
}

export async function saveCursor(
  { db, orgId, now }: Context,
  gatewayId: string,
  { sessionKey, cursor }: { sessionKey: string; cursor: string },
): Promise<void> {
  await sql`
    insert into gateway_session_cursors (gateway_id, org_id, session_key, cursor, updated_at)
    select id, org_id, ${sessionKey}, ${cursor}, ${now()} from gateways where org_id = ${orgId} and id = ${gatewayId}
    on conflict (gateway_id, session_key) do update set cursor = excluded.cursor, updated_at = excluded.updated_at`.execute(
    db,
  );
}

const KEPT_DAYS = 30;

/** Forgets sessions that nobody spoke in for long. */
export async function pruneCursors({ db, now }: Platform): Promise<void> {
  await db
    .deleteFrom('gateway_session_cursors')
    .where('updated_at', '<', new Date(now().getTime() - KEPT_DAYS * 86_400_000).toISOString())
    .execute();
}
