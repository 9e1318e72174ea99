import { sql } from 'kysely';
import type { Context, Platform } from '#server/platform/context.ts';

/** A message on its way, and where it goes now. */
export interface OutboundDelivery {
  webhook_id: string;
  url: string;
  enabled: boolean;
  secret_enc: Buffer;
  event_type: string | null;
  /** An `OutgoingMessage`. */
  body: unknown;
}

/** The delivery that a job does; undefined when it is gone or another job does it by now. */
export const findOutboundDelivery = (
  { db, orgId }: Context,
  id: string,
  jobId: string,
): Promise<OutboundDelivery | undefined> =>
  db
    .selectFrom('webhook_deliveries as d')
    .innerJoin('outbound_webhooks as w', (join) =>
      join.onRef('w.org_id', '=', 'd.org_id').onRef('w.id', '=', 'd.outbound_webhook_id'),
    )
    .select(['w.id as webhook_id', 'w.url', 'w.enabled', 'w.secret_enc', 'd.event_type', 'd.body'])
    .where('d.org_id', '=', orgId)
    .where('d.id', '=', id)
    .where('d.job_id', '=', jobId)
    .executeTakeFirst();

const BATCH = 1_000;

/** Forgets outbound deliveries whose days are over and that are not on their way. */
export async function pruneOutbound({ db, config, now }: Platform): Promise<void> {
  const before = new Date(now().getTime() - config.webhookRetentionDays * 86_400_000);
  for (let removed = BATCH; removed === BATCH; ) {
    const { numAffectedRows } = await sql`delete from webhook_deliveries where id in (
      select d.id from webhook_deliveries d left join work_jobs j on j.id = d.job_id
      where d.outbound_webhook_id is not null and d.created_at < ${before}
        and j.state is distinct from 'queued' and j.state is distinct from 'running'
      limit ${BATCH})`.execute(db);
    removed = Number(numAffectedRows ?? 0);
  }
}
