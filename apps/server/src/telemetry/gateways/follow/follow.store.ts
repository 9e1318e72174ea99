import { sql } from 'kysely';
import type { Context, Platform } from '#server/platform/context.ts';
import { updateRuns } from '../../closing/closing.store.ts';

/** How far a gateway was followed before. */
export interface Follow {
  followed_until: string;
  boot_id: string | null;
}

export const findFollow = ({ db, orgId }: Context, gatewayId: string): Promise<Follow | undefined> =>
  db
    .selectFrom('gateway_follows')
    .select(['followed_until', 'boot_id'])
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirst();

/** Notes that everything up to `until` was heard of a gateway that stands. */
export async function saveFollow(
  { db, orgId }: Context,
  gatewayId: string,
  { until, bootId }: { until: Date; bootId: string | null },
): Promise<void> {
  await sql`
    insert into gateway_follows (gateway_id, org_id, followed_until, boot_id)
    select id, org_id, ${until}, ${bootId} from gateways where org_id = ${orgId} and id = ${gatewayId}
    on conflict (gateway_id) do update set followed_until = excluded.followed_until, boot_id = excluded.boot_id`.execute(
    db,
  );
}

/** Frames of an ended run are missing, and nothing made up for them. */
export const saveGap = (platform: Platform, orgId: string, runId: string): Promise<void> =>
  updateRuns(platform, sql`update runs r set gap = true where r.org_id = ${orgId} and r.id = ${runId} and not r.gap`);

/** A run that is not known to have ended. */
export interface OpenRun {
  run_id: string;
  external_run_id: string;
  session: string | null;
  gateway_agent_id: string | null;
  started_at: string;
  last_event_at: string;
}

export async function listOpenRuns({ db, orgId }: Context, gatewayId: string): Promise<OpenRun[]> {
  const { rows } = await sql<OpenRun>`
    select r.id as run_id, g.external_run_id, r.session, a.gateway_agent_id, r.started_at, r.last_event_at
    from runs r join gateway_runs g on g.org_id = r.org_id and g.run_id = r.id
    left join agents a on a.id = r.agent_id
    where r.org_id = ${orgId} and r.status = 'running' and r.source = 'gateway' and g.gateway_id = ${gatewayId}`.execute(
    db,
  );
  return rows;
}

/** Gives up runs of which their gateway knows nothing any more. A later event revives them. */
export const saveLost = (platform: Platform, orgId: string, runIds: readonly string[]): Promise<void> =>
  updateRuns(
    platform,
    sql`update runs r set status = 'lost'
      where r.org_id = ${orgId} and r.id = any(${[...runIds]}::uuid[]) and r.status = 'running'`,
  );

/** Longer than a gateway takes to come back. */
const SILENT_GATEWAY = "interval '10 minutes'";

/** Gives up runs of gateways that nobody has heard of for ten minutes, of all organizations. */
export const markLostGatewayRuns = (platform: Platform): Promise<void> =>
  updateRuns(
    platform,
    sql`update runs r set status = 'lost' where r.status = 'running' and r.source = 'gateway'
      and r.last_event_at < ${platform.now()}::timestamptz - ${sql.raw(SILENT_GATEWAY)}
      and not exists (select from gateway_follows f where f.org_id = r.org_id and f.gateway_id = r.producer_id
        and f.followed_until > ${platform.now()}::timestamptz - ${sql.raw(SILENT_GATEWAY)})`,
  );
