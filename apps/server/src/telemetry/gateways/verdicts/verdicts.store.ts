import type { Context } from '#server/platform/context.ts';

/** The agents of a gateway by the ids that they have there. */
export const findGatewayAgents = ({ db, orgId }: Context, gatewayId: string, ids: string[]) =>
  db
    .selectFrom('agents')
    .select(['id', 'gateway_agent_id', 'active_version_id'])
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .where('gateway_agent_id', 'in', ids)
    .execute();
