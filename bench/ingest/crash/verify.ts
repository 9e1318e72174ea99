import pg from 'pg';
import type { Batch } from '../traffic.ts';

/** What was acknowledged: the steps of every run, and what they add up to. */
export interface Manifest {
  batches: number;
  repeated: number;
  runs: Map<string, number>;
  durUs: number;
  add(batch: Batch): void;
}

export const createManifest = (): Manifest => ({
  batches: 0,
  repeated: 0,
  runs: new Map(),
  durUs: 0,
  add({ steps }) {
    this.batches++;
    this.durUs += steps.durUs;
    for (const [run, count] of steps.runs) this.runs.set(run, (this.runs.get(run) ?? 0) + count);
  },
});

/** Rollups by agent, dimension, value and time, against the same computed from the steps. */
const WRONG_ROLLUPS = `
  with told as (
      select agent_id, dim, dim_value, t, sum(n) as n, sum(dur_sum_us) as dur, sum(errors) as errors from TABLE
      where dim in ('tool', 'model') group by 1, 2, 3, 4),
    due as (
      select agent_id, case kind when 'llm' then 'model' else 'tool' end as dim, case kind when 'llm' then model else name end as dim_value,
        date_trunc('UNIT', started_at + dur_us * interval '1 microsecond') as t,
        count(*) as n, sum(dur_us) as dur, count(*) filter (where status = 'error') as errors
      from steps group by 1, 2, 3, 4)
  select count(*)::int as n from told full join due using (agent_id, dim, dim_value, t)
  where (told.n, told.dur, told.errors) is distinct from (due.n, due.dur, due.errors)`;

const WRONG_RUNS = `
  select count(*)::int as n from runs r
  join (select run_id, count(*) as n, coalesce(sum(tokens_input), 0) as tokens, sum(cost_usd) as cost from steps group by 1) s on s.run_id = r.id
  where (r.steps, r.tokens_input, r.cost_usd) is distinct from (s.n, s.tokens, s.cost)`;

/** Compares the database with the manifest. */
export async function verify(databaseUrl: string, manifest: Manifest) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; n: number }>(
      'select run_id as id, count(*)::int as n from steps group by 1',
    );
    const count = async (text: string) => (await client.query<{ n: number }>(text)).rows[0]?.n ?? 0;
    const durUs = Number((await client.query<{ sum: string }>('select sum(dur_us) from steps')).rows[0]?.sum ?? 0);
    return {
      steps: rows.reduce((sum, { n }) => sum + n, 0),
      ...compare(manifest, new Map(rows.map(({ id, n }) => [id, n]))),
      wrongSums:
        (await count(WRONG_RUNS)) +
        (await count(WRONG_ROLLUPS.replace('TABLE', 'rollup_1m').replace('UNIT', 'minute'))) +
        (await count(WRONG_ROLLUPS.replace('TABLE', 'rollup_1h').replace('UNIT', 'hour'))) +
        Number(durUs !== manifest.durUs),
    };
  } finally {
    await client.end();
  }
}

function compare({ runs }: Manifest, stored: ReadonlyMap<string, number>): { lost: number; doubled: number } {
  let lost = 0;
  let doubled = 0;
  for (const [run, due] of runs) {
    const surplus = (stored.get(run) ?? 0) - due;
    if (surplus < 0) lost -= surplus;
    else doubled += surplus;
  }
  for (const [run, count] of stored) if (!runs.has(run)) doubled += count;
  return { lost, doubled };
}
