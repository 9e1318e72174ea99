import type { Context } from '#server/platform/context.ts';

/** Boards of a gateway, newest first; only those named when there are names. */
export const listGatewayBoards = (
  { db, orgId }: Context,
  gatewayId: string,
  ids: string[] | null,
): Promise<{ id: string; name: string }[]> =>
  ids?.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('boards')
        .select(['id', 'name'])
        .where('org_id', '=', orgId)
        .where('gateway_id', '=', gatewayId)
        .$if(ids !== null, (query) => query.where('id', 'in', ids ?? []))
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute();

export const findBoardName = ({ db, orgId }: Context, id: string): Promise<{ id: string; name: string } | undefined> =>
  db.selectFrom('boards').select(['id', 'name']).where('org_id', '=', orgId).where('id', '=', id).executeTakeFirst();
