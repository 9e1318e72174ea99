import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';

export interface BoardGateway {
  gateway_id: string | null;
}

export const findBoardGateway = ({ db, orgId }: Context, boardId: string): Promise<BoardGateway | undefined> =>
  db.selectFrom('boards').select('gateway_id').where('org_id', '=', orgId).where('id', '=', boardId).executeTakeFirst();

/** Whether a session is one of the organization's agents on that gateway. */
export async function hasSession({ db, orgId }: Context, gatewayId: string, sessionKey: string): Promise<boolean> {
  const agent = await db
    .selectFrom('agents')
    .select('id')
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .where(
      sql<boolean>`(openclaw_session_id = ${sessionKey}
        or starts_with(${sessionKey}, 'agent:' || gateway_agent_id || ':'))`,
    )
    .executeTakeFirst();
  return agent !== undefined;
}
