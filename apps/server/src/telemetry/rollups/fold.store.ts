import { sql } from 'kysely';
import type { Database } from '#server/platform/postgres/database.ts';

const SUMS = [
  ...['n', 'errors', 'blocked', 'retries', 'tokens_input', 'tokens_cache_read', 'tokens_cache_write', 'tokens_output'],
  ...['tokens_reasoning', 'cost_usd', 'unpriced_tokens', 'dur_sum_us', 'score_sum', 'score_n'],
];
const KEY = 'org_id, day, t, agent_id, version_id, dim, dim_value';

/**
 * Replaces the deltas between two instants by one row per key, in one statement: a reader sees either all deltas or
 * their sum. Rows that a flush adds meanwhile stay as deltas.
 */
export async function foldRollups(db: Database, table: 'rollup_1m' | 'rollup_1h', from: Date, to: Date): Promise<void> {
  await sql`
    with folded as (
      delete from ${sql.table(table)} where t >= ${from} and t < ${to} and day >= ${from}::date
        and (${sql.raw(KEY)}) in (
          select ${sql.raw(KEY)} from ${sql.table(table)} where t >= ${from} and t < ${to} and day >= ${from}::date
          group by ${sql.raw(KEY)} having count(*) > 1)
      returning *)
    insert into ${sql.table(table)} (${sql.raw(KEY)}, ${sql.raw(SUMS.join(', '))}, dur_hist, ttft_hist)
    select ${sql.raw(KEY)}, ${sql.raw(SUMS.map((name) => `sum(${name})`).join(', '))}, hist_sum(dur_hist), hist_sum(ttft_hist)
    from folded group by ${sql.raw(KEY)}`.execute(db);
}
