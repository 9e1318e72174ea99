import type { Context } from '#server/platform/context.ts';

/** The agent of ours that a gateway knows by this id, and its board. */
export const findAskingAgent = ({ db, orgId }: Context, gatewayId: string, gatewayAgentId: string) =>
  db
    .selectFrom('agents')
    .select(['id', 'board_id'])
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .where('gateway_agent_id', '=', gatewayAgentId)
    .executeTakeFirst();
