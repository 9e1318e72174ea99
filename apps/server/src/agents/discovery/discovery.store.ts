import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';

/** An agent as telemetry needs it: who it is, and what it runs. */
export interface SeenAgent {
  id: string;
  version_id: string | null;
}

export const findGatewayAgent = (
  { db, orgId }: Context,
  gatewayId: string,
  gatewayAgentId: string,
): Promise<SeenAgent | undefined> =>
  db
    .selectFrom('agents')
    .select(['id', 'active_version_id as version_id'])
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .where('gateway_agent_id', '=', gatewayAgentId)
    .executeTakeFirst();

/** Whether agents with this id are being removed from gateways: what it still says is no news. */
export async function isBeingRemoved({ db, orgId, now }: Context, gatewayAgentId: string): Promise<boolean> {
  const row = await db
    .selectFrom('gateway_cleanups')
    .select('id')
    .where('org_id', '=', orgId)
    .where('gateway_agent_id', '=', gatewayAgentId)
    .where('created_at', '>', new Date(now().getTime() - 86_400_000).toISOString())
    .executeTakeFirst();
  return row !== undefined;
}

/** Makes the row of an agent that was only seen, unless `cap` were made today; undefined then, or when it exists. */
export async function insertDiscovered(
  { db, orgId, now }: TxContext,
  { gatewayId, gatewayAgentId }: { gatewayId: string; gatewayAgentId: string },
  cap: number,
): Promise<string | undefined> {
  const id = newId(now());
  const slug = `${toSlug(gatewayAgentId)}-${id.slice(-12)}`;
  const { rows } = await sql<{ id: string }>`
    insert into agents (id, org_id, slug, name, origin, kind, agent_type, gateway_id, gateway_agent_id, managed, adopted,
      control_state, enforce_capabilities, status, created_at, updated_at)
    select ${id}, ${orgId}, ${slug},
      case when exists (select from agents n where n.gateway_id = ${gatewayId} and lower(n.name) = lower(${gatewayAgentId}))
        then ${`${gatewayAgentId} (${id.slice(-6)})`} else ${gatewayAgentId} end,
      'openclaw', 'external', 'openclaw', g.id, ${gatewayAgentId}, false, false, 'discovered', 'off', 'offline',
      ${now()}, ${now()}
    from gateways g where g.org_id = ${orgId} and g.id = ${gatewayId}
      and (select count(*) from agents a where a.org_id = ${orgId} and a.control_state = 'discovered'
        and a.created_at > ${now()}::timestamptz - interval '1 day') < ${cap}
    on conflict do nothing returning id`.execute(db);
  return rows[0]?.id;
}

/** An agent that spans speak of. */
export interface ReportedAgent extends SeenAgent {
  slug: string;
  origin: string;
  agent_type: string;
  control_state: string;
  control_at: string | null;
}

export const findReportedAgent = ({ db, orgId }: Context, identity: string): Promise<ReportedAgent | undefined> =>
  db
    .selectFrom('agents')
    .select(['id', 'slug', 'origin', 'agent_type', 'active_version_id as version_id', 'control_state', 'control_at'])
    .where('org_id', '=', orgId)
    .where('slug', '=', toSlug(identity))
    .executeTakeFirst();

/** Makes the row of an agent that only spans speak of, unless `cap` were made today; undefined then, or when it exists. */
export async function insertReported(
  { db, orgId, now }: TxContext,
  identity: string,
  cap: number,
): Promise<string | undefined> {
  const slug = toSlug(identity);
  const { rows } = await sql<{ id: string }>`
    insert into agents (id, org_id, slug, name, origin, agent_type, control_state, enforce_capabilities, created_at,
      updated_at)
    select ${newId(now())}, ${orgId}, ${slug}, ${identity.slice(0, 200)}, 'otlp', ${slug}, 'discovered', 'off',
      ${now()}, ${now()}
    where (select count(*) from agents a where a.org_id = ${orgId} and a.control_state = 'discovered'
      and a.created_at > ${now()}::timestamptz - interval '1 day') < ${cap}
    on conflict do nothing returning id`.execute(db);
  return rows[0]?.id;
}

/** What a name of elsewhere is called here. */
export const toSlug = (id: string): string =>
  id
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 48) || 'agent';
