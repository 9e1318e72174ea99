import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface Size {
  days: number;
  agents: number;
  steps: number;
}

export const STEPS_PER_RUN = 20;
/** Runs and steps are kept so long. */
const FULL_HOURS = 71;
const SUM_JOB = 'rollups.sum';

/** What an hour of an agent counts: dimension, value, how often, and whether calls of it have tokens. */
const HOURLY = [
  ['start', '', 40, false],
  ['all', '', 40, true],
  ...['search', 'fetch', 'write', 'pay', 'mail'].map((tool) => ['tool', tool, 60, false] as const),
  ...['gpt-5-mini', 'claude-sonnet-4-5'].map((model) => ['model', model, 80, true] as const),
  ...[11, 13].flatMap((size) =>
    ['gpt-5-mini', 'claude-sonnet-4-5'].map((model) => ['model_bucket', `${model}|${size}`, 40, false] as const),
  ),
  ['error_type', 'Timeout', 2, false],
  ['error_type', 'RateLimit', 1, false],
  ['decision', 'allow', 300, false],
  ['step', 'chain:plan', 40, false],
] as const;

/** Ten bins about a middle that differs by agent: what forty durations of an hour fill. */
const HISTOGRAM =
  '(select jsonb_object_agg(480 + (a.n * 7 + h.n) % 64 + b * 3, 1 + b % 4) from generate_series(0, 9) b)';

/** Fills a database by SQL alone; gives the organization's agents. */
export async function seed(databaseUrl: string, { days, agents, steps }: Size): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const run = (text: string, values: unknown[] = []) => client.query(text, values);
  try {
    await run(`update recurring_jobs set next_at = 'infinity' where name = $1`, [SUM_JOB]);
    await run(`select ensure_month_partitions('rollup_1h', current_date - $1::int, current_date)`, [days + 1]);
    const org = (await run('select id from organizations limit 1')).rows[0]?.id;
    await run(
      `insert into agents (id, org_id, slug, name, origin, agent_type)
      select gen_random_uuid(), $1, 'bench-' || n, 'Bench ' || n, 'sdk', 'type-' || n % 4 from generate_series(1, $2::int) n`,
      [org, agents],
    );
    await run('create temp table a as select id, row_number() over (order by id)::int as n from agents');
    await run(
      `create temp table d as select v->>0 as dim, v->>1 as value, (v->>2)::int as n, (v->>3)::boolean as has_tokens
      from jsonb_array_elements($1::jsonb) v`,
      [JSON.stringify(HOURLY)],
    );
    await run(
      `insert into rollup_1h (org_id, day, t, agent_id, dim, dim_value, n, errors, tokens_input, tokens_cache_read,
        tokens_output, cost_usd, dur_sum_us, dur_hist)
      select $1, h.t::date, h.t, a.id, d.dim, d.value, d.n, d.n / 20, x.tokens, x.tokens / 3, x.tokens / 8,
        x.tokens * 0.000002, d.n * 80000, case when d.dim not in ('start', 'error_type', 'decision') then a.hist end
      from (select row_number() over ()::int as n, t from generate_series(date_trunc('hour', now(), 'UTC') - $2::int * interval '1 day',
        now(), interval '1 hour') t) h
      cross join lateral (select a.id, ${HISTOGRAM} as hist from a) a cross join d
      cross join lateral (select case when d.has_tokens then d.n * 900 else 0 end as tokens) x`,
      [org, days],
    );
    await seedRuns(client, org, Math.floor(steps / STEPS_PER_RUN));
    await run('analyze rollup_1h, runs, steps, agents');
    return (await run('select id from a order by n')).rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

/** Runs over the kept hours, each with its steps; their ids carry their instants. */
async function seedRuns(client: pg.Client, org: string, runs: number): Promise<void> {
  await client.query(
    `create temp table r as
    select n, at, at::date as day, (select id from a where a.n = 1 + i.n % (select count(*) from a)) as agent_id,
      (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
        || substr(md5(n::text), 4, 15))::uuid as id
    from (select n, date_trunc('second', now()) - n * ($2 * interval '1 hour' / $1::int) as at
      from generate_series(1, $1::int) n) i`,
    [runs, FULL_HOURS],
  );
  await client.query(
    `insert into runs (org_id, day, id, agent_id, root_run_id, name, task_id, status, started_at, ended_at, last_event_at,
      dur_us, tokens_input, tokens_output, cost_usd, steps, error_type, error_message)
    select $1, day, id, agent_id, id, 'answer ' || n, overlay(overlay(md5((n % 500)::text) placing '4' from 13) placing '8' from 17)::uuid, case when n % 20 = 0 then 'error' else 'ok' end,
      at, at + interval '3 seconds', at + interval '3 seconds', 3000000, 9000, 1000, 0.02, $2,
      case when n % 20 = 0 then 'Timeout' end,
      case when n % 20 = 0 then 'The upstream service of order ' || n || ' did not answer within 30 s' end
    from r`,
    [org, STEPS_PER_RUN],
  );
  await client.query(
    `insert into steps (org_id, day, run_id, seq, phase, key, kind, name, agent_id, status, started_at, dur_us, model)
    select $1, day, id, s, 1, 'k' || s, case when s % 3 = 0 then 'llm' else 'tool' end,
      (array['search', 'fetch', 'write', 'pay', 'mail'])[1 + (n + s) % 5], agent_id, 'ok',
      at + s * interval '150 ms', 140000, case when s % 3 = 0 then 'gpt-5-mini' end
    from r, generate_series(1, $2::int) s`,
    [org, STEPS_PER_RUN],
  );
}

/** Lets the job sum hours and days at once; call before the server ends, and start it again. */
export async function makeSumsDue(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`update recurring_jobs set next_at = '-infinity' where name = $1`, [SUM_JOB]);
  await client.end();
}

/** Waits until so many days have been summed; gives the seconds from the first span to the last. */
export async function waitForSums(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const isDone = async () =>
    (
      await client.query(
        `select next_at > clock_timestamp() + interval '65 s' and exists (select from rollup_spans) as done
        from recurring_jobs where name = $1`,
        [SUM_JOB],
      )
    ).rows[0]?.done;
  while (!(await isDone())) await sleep(200);
  await client.query('vacuum analyze rollup_sums');
  await client.query('vacuum analyze rollup_1h');
  await client.query('vacuum analyze runs');
  await client.end();
}
