import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import { RULE_KINDS } from '../producers/producers.store.ts';
import type { BundleSource } from './to-bundle.ts';

const FIELDS = [
  ...(['a.id as agent_id', 'a.slug', 'a.agent_type', 'a.bundle', 'a.control_state', 'a.control_reason'] as const),
  ...(['a.enforce_capabilities', 'a.fail_mode', 'v.id as version_id', 's.settings'] as const),
];

const HELD = sql<BundleSource['holds']>`(select coalesce(jsonb_agg(jsonb_build_object('holder', h.holder,
  'reason', h.reason) order by h.at), '[]') from agent_holds h where h.agent_id = a.id)`.as('holds');
const RETRY_AT = sql<string | null>`(select max(retry_at) from agent_holds h where h.agent_id = a.id)`.as('retry_at');
const KILL = sql<BundleSource['kill']>`(select jsonb_build_object('id', k.kill_id, 'reason', k.reason, 'abort', k.abort)
  from agent_kills k where k.org_id = a.org_id and k.agent_id = a.id order by k.abort desc, k.set_at limit 1)`.as(
  'kill',
);
/** As declared, with what people say of its tools. */
const MANIFEST = sql<BundleSource['manifest']>`jsonb_set(v.manifest, '{tools}',
  tools_in_force(a.org_id, a.id, v.manifest -> 'tools'))`.as('manifest');
const CONTROL = [HELD, RETRY_AT, KILL, MANIFEST] as const;

/** Whose bundles: of these processes, all of their agents unless some are named. */
export interface BundleQuery {
  producerIds: string[];
  agentIds?: string[];
}

/** The sources of the bundles of processes. */
export async function listBundleSources(
  { db, orgId }: Context,
  { producerIds, agentIds }: BundleQuery,
): Promise<(BundleSource & { producer_id: string })[]> {
  const rows = await db
    .selectFrom('producer_agents as pa')
    .innerJoin('agents as a', 'a.id', 'pa.agent_id')
    .leftJoin('agent_versions as v', 'v.id', 'pa.version_id')
    .leftJoin('telemetry_settings as s', 's.org_id', 'a.org_id')
    .select(FIELDS)
    .select(CONTROL)
    .innerJoin('producers as p', (join) =>
      join.onRef('p.org_id', '=', 'pa.org_id').onRef('p.id', '=', 'pa.producer_id'),
    )
    .select(RULE_KINDS)
    .select('pa.producer_id')
    .where('pa.org_id', '=', orgId)
    .where('pa.producer_id', 'in', producerIds)
    .$if(agentIds !== undefined, (query) => query.where('a.id', 'in', agentIds ?? []))
    .execute();
  return rows as (BundleSource & { producer_id: string })[]; // manifest and settings were parsed before they were stored
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
    .select(CONTROL)
    .select(sql<null>`null`.as('rule_kinds'))
    .select('a.gateway_agent_id')
    .where('a.org_id', '=', orgId)
    .where('a.gateway_id', '=', gatewayId)
    .where('a.gateway_agent_id', 'is not', null)
    .orderBy('a.id')
    .execute();
  return rows as (BundleSource & { gateway_agent_id: string })[]; // as above; absent ids are left out
}
