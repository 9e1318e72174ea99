import { sql } from 'kysely';
import type { Platform } from '#server/platform/context.ts';

/** How many batches of a process are remembered one by one. */
const KEPT = 1_024;

/**
 * Forgets all but the newest batches of each process and raises its floor to the highest that was forgotten: a number
 * at or below the floor is a duplicate by definition.
 */
export async function pruneBatches({ db }: Platform): Promise<void> {
  await sql`
    with ranked as (
      select org_id, producer_id, batch, row_number() over (partition by org_id, producer_id order by batch desc) as place
      from telemetry_batches),
    removed as (
      delete from telemetry_batches t using ranked r
      where r.place > ${KEPT} and t.org_id = r.org_id and t.producer_id = r.producer_id and t.batch = r.batch
      returning t.org_id, t.producer_id, t.batch)
    update producers p set batch_floor = greatest(p.batch_floor, f.floor)
    from (select org_id, producer_id, max(batch) as floor from removed group by 1, 2) f
    where p.org_id = f.org_id and p.id = f.producer_id`.execute(db);
}
