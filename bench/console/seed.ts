import pg from 'pg';

export interface Sizes {
  steps: number;
  agents: number;
  /** Edges between them; each agent calls those behind it. */
  edges: number;
}

/** A database with one long run, and agents that call each other. */
export interface Seeded {
  runId: string;
  /** A call over about a third of the edges, each time others: what a busy fleet does in a few seconds. */
  call(round: number): Promise<void>;
  close(): Promise<void>;
}

const RUN =
  '(id, org_id, day, agent_id, root_run_id, parent_run_id, parent_verified, name, status, started_at, ended_at, last_event_at, dur_us';

/** Steps in threes: a model call with two tool calls under it; one in a thousand fails, one in twenty is tried again. */
const STEPS = `
  insert into steps (org_id, day, run_id, seq, phase, key, parent_key, attempt, kind, name, agent_id, status, started_at, dur_us,
    model, tokens_input, tokens_output, error_type)
  select $1, $2::date, $3, n, 1, case n % 3 when 0 then 'llm:plan#' else 'tool:search#' end || n,
    case when n % 3 > 0 then 'llm:plan#' || n - n % 3 end, 1, case n % 3 when 0 then 'llm' else 'tool' end,
    case n % 3 when 0 then 'plan ' || n % 500 else (array['web/search', 'docs/read', 'sql/query'])[1 + n % 7 % 3] end, $4,
    case when n % 1000 = 7 then 'error' else 'ok' end, $5::timestamptz + n * interval '20 milliseconds', 12000 + n % 977 * 31,
    case n % 3 when 0 then 'gpt-4o' end, 800 + n % 400, 60 + n % 50, case when n % 1000 = 7 then 'TimeoutError' end
  from generate_series(0, $6::int - 1) n`;

const AGENTS = `
  insert into agents (id, org_id, slug, name, origin, agent_type)
  select uuidv7(), $1, 'agent-' || n, 'Agent ' || n, 'sdk', 'type-' || n % 12 from generate_series(0, $2::int - 1) n`;

/** Edge i goes from an agent to one of the next layers; kept in a table of the bench's own. */
const EDGES = `
  create table bench_edges as
  with numbered as (select id, substr(slug, 7)::int as n from agents where org_id = $1 and slug like 'agent-%')
  select distinct on (c.id, e.id) i, c.id as caller, e.id as callee from generate_series(0, $3::int * 2) i
    join numbered c on c.n = i * 7919 % ($2::int * 4 / 5) join numbered e on e.n = c.n + 1 + i * 104729 % ($2::int / 5)
  limit $3::int`;

const CALLS = `
  with called as (
    select uuidv7() as parent, uuidv7() as child, * from bench_edges where (i + $2::int) % 3 = 0),
  parents as (
    insert into runs ${RUN}) select parent, $1, now()::date, caller, parent, null, null, 'call', 'ok', now(), now(), now(), 900000 from called)
  insert into runs ${RUN}, retries)
  select child, $1, now()::date, callee, parent, parent, true, 'answer', case when (i + $2::int) % 17 = 0 then 'error' else 'ok' end,
    now(), now(), now(), 100000 + (i * 37 + $2::int * 1009) % 900000, (i + $2::int) % 4 from called`;

export async function seed(databaseUrl: string, { steps, agents, edges }: Sizes): Promise<Seeded> {
  const client = new pg.Client(databaseUrl);
  client.on('error', () => undefined); // the server ends before it when the bench fails
  await client.connect();
  const { rows } = await client.query<{ org: string; run: string; agent: string; at: Date; day: string }>(
    `select (select id from organizations limit 1) as org, uuidv7() as run, uuidv7() as agent,
      now() - interval '20 minutes' as at, now()::date::text as day`,
  );
  const [made] = rows;
  if (!made) throw new Error('The database answered nothing.');
  const { org, run, agent, at, day } = made;
  await client.query(
    `insert into agents (id, org_id, slug, name, origin, agent_type) values ($1, $2, 'long', 'Long', 'sdk', 'long')`,
    [agent, org],
  );
  await client.query(
    `insert into runs ${RUN}, steps) values ($1, $2, $3, $4, $1, null, null, 'A long run', 'ok', $5, now(), now(), $6, $7)`,
    [...[run, org, day, agent, at, steps * 20_000, steps]],
  );
  await client.query(STEPS, [org, day, run, agent, at, steps]);
  await client.query(AGENTS, [org, agents]);
  await client.query(EDGES, [org, agents, edges]);
  await client.query('analyze');
  return {
    runId: run,
    call: async (round) => void (await client.query(CALLS, [org, round])),
    close: () => client.end(),
  };
}
