import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { BundleSource } from './bundles.rules.ts';

const FIELDS = [
  ...(['a.id as agent_id', 'a.slug', 'a.agent_type', 'a.bundle', 'a.control_state', 'a.control_reason'] as const),
  ...(['a.enforce_capabilities', 'a.fail_mode', 'v.id as version_id', 'v.manifest', 's.settings'] as const),
];

const RETRY_AT = sql<string | null>`(select max(retry_at) from agent_holds h where h.agent_id = a.id)`.as('retry_at');

/** The sources of the bundles of one process, or of one of its agents. */
export async function listBundleSources(
  { db, orgId }: Context,
  producerId: string,
  agentId?: string,
): Promise<BundleSource[]> {
  const rows = await db
    .selectFrom('producer_agents as pa')
    .innerJoin('agents as a', 'a.id', 'pa.agent_id')
    .leftJoin('agent_versions as v', 'v.id', 'pa.version_id')
    .leftJoin('telemetry_settings as s', 's.org_id', 'a.org_id')
    .select(FIELDS)
    .select(RETRY_AT)
    .where('pa.org_id', '=', orgId)
    .where('pa.producer_id', '=', producerId)
    .$if(agentId !== undefined, (query) => query.where('a.id', '=', agentId as string))
    .execute();
  return rows as BundleSource[]; // manifest and settings were parsed before they were stored
}

/** The sources of the bundles of a gateway's agents, each with the id that it has there. */
export async function listGatewayBundleSources(
  { db, orgId }: Context,
  gatewayId: string,
): Promise<(BundleSource & { gateway_agent_id: string })[]> {
  const rows = await db
    .selectFrom('agents as a')
    .leftJoin('agent_versions as v', 'v.id', 'a.active_version_id')
    .leftJoin('telemetry_settings as s', 's.org_id', 'a.org_id')
    .select(FIELDS)
    .select(['a.gateway_agent_id', RETRY_AT])
    .where('a.org_id', '=', orgId)
    .where('a.gateway_id', '=', gatewayId)
    .where('a.gateway_agent_id', 'is not', null)
    .orderBy('a.id')
    .execute();
  return rows as (BundleSource & { gateway_agent_id: string })[]; // as above; absent ids are left out
}
