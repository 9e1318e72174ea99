import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';

export interface BoardGateway {
  gateway_id: string | null;
}

export const findBoardGateway = ({ db, orgId }: Context, boardId: string): Promise<BoardGateway | undefined> =>
  db.selectFrom('boards').select('gateway_id').where('org_id', '=', orgId).where('id', '=', boardId).executeTakeFirst();

/** Whether a session is one of the organization's agents on that gateway, of those of one board when it is given. */
export async function hasSession(
  { db, orgId }: Context,
  { gatewayId, boardId }: { gatewayId: string; boardId?: string | undefined },
  sessionKey: string,
): Promise<boolean> {
  const agent = await db
    .selectFrom('agents')
    .select('id')
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .$if(boardId !== undefined, (query) => query.where('board_id', '=', boardId ?? null))
    .where(
      sql<boolean>`(openclaw_session_id = ${sessionKey}
        or starts_with(${sessionKey}, 'agent:' || gateway_agent_id || ':'))`,
    )
    .executeTakeFirst();
  return agent !== undefined;
}

/** Which of these sessions are of the organization's agents on that gateway. */
export async function listOwnKeys({ db, orgId }: Context, gatewayId: string, keys: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    select key from unnest(${keys}::text[]) as k (key)
    where exists (select 1 from agents where org_id = ${orgId} and gateway_id = ${gatewayId}
      and (openclaw_session_id = key or starts_with(key, 'agent:' || gateway_agent_id || ':')))`.execute(db);
  return new Set(rows.map(({ key }) => key));
}

/** The session of a gateway's main agent. */
export async function findMainSession(
  { db, orgId }: Context,
  gatewayId: string,
): Promise<{ gateway_agent_id: string; session_key: string } | undefined> {
  const main = await db
    .selectFrom('agents')
    .select(['gateway_agent_id', 'openclaw_session_id as session_key'])
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .where('kind', '=', 'main')
    .executeTakeFirst();
  const { gateway_agent_id, session_key } = main ?? {};
  return gateway_agent_id && session_key ? { gateway_agent_id, session_key } : undefined;
}
