import { sql } from 'kysely';
import type { Context, Platform } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';

/** A run as its gateway names it. */
export interface ExternalRun {
  externalRunId: string;
  /** Milliseconds since 1970: gives our id its day. */
  startedAt: number;
}

/** The gateway's id of a run with ours. */
export interface GatewayRun {
  external_run_id: string;
  run_id: string;
}

/** Our ids of a gateway's runs; those that were never heard of get one. Always the same for the same run. */
export async function ensureGatewayRuns(
  { db, orgId }: Context,
  gatewayId: string,
  runs: readonly ExternalRun[],
): Promise<GatewayRun[]> {
  if (runs.length === 0) return [];
  const rows = runs.map(({ externalRunId, startedAt }) => ({
    external_run_id: externalRunId,
    run_id: newId(new Date(startedAt)),
    day: new Date(startedAt).toISOString().slice(0, 10),
  }));
  await sql`
    insert into gateway_runs (gateway_id, org_id, external_run_id, run_id, day)
    select g.id, g.org_id, r.external_run_id, r.run_id, r.day
    from gateways g, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(external_run_id text, run_id uuid, day date)
    where g.org_id = ${orgId} and g.id = ${gatewayId}
    order by r.external_run_id on conflict do nothing`.execute(db);
  return db
    .selectFrom('gateway_runs')
    .select(['external_run_id', 'run_id'])
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .where(
      'external_run_id',
      'in',
      rows.map(({ external_run_id }) => external_run_id),
    )
    .execute();
}

const KEPT_DAYS = 30;

/** Forgets what gateways called runs that are long gone. */
export async function pruneGatewayRuns({ db, now }: Platform): Promise<void> {
  const before = new Date(now().getTime() - KEPT_DAYS * 86_400_000).toISOString();
  await db.deleteFrom('gateway_runs').where('day', '<', before.slice(0, 10)).execute();
}
