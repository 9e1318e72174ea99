import { sql } from 'kysely';
import { mayReadBoard } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { Histogram } from '#server/platform/histograms/histogram.rules.ts';
import type { GraphNode } from './graph.schema.ts';

/** An agent as the graph draws it. */
export interface AgentRow {
  id: string;
  slug: string;
  type: string | null;
  board_id: string | null;
  board_group_id: string | null;
  is_readable: boolean;
  control_state: string;
  version: number | null;
  max_concurrency: number | null;
  health: GraphNode['health'];
  reasons: GraphNode['reasons'];
  breaker: 'open' | 'half_open' | null;
}

const MAX_AGENTS = 5_000;

/** Agents that are not retired, with their health at an instant. */
export async function listAgentRows(ctx: Context, at: Date): Promise<AgentRow[]> {
  const { rows } = await sql<AgentRow>`
    select a.id, a.slug, a.agent_type as type, a.board_id, b.board_group_id, a.control_state, v.number as version,
      a.board_id is null or ${mayReadBoard(ctx, sql.ref('a.board_id'))} as is_readable,
      (v.manifest ->> 'max_concurrency')::int as max_concurrency,
      coalesce(h.health, 'grey') as health, coalesce(h.reasons, '[]') as reasons,
      (select max(k.state) from breakers k where k.org_id = a.org_id and k.agent_id = a.id and k.state <> 'closed') as breaker
    from agents a
    left join agent_versions v on v.id = a.active_version_id
    left join boards b on b.org_id = a.org_id and b.id = a.board_id
    left join lateral (select health, reasons from agent_health where agent_id = a.id and at <= ${at}
      order by at desc limit 1) h on true
    where a.org_id = ${ctx.orgId} and a.control_state <> 'retired' order by a.slug, a.id limit ${MAX_AGENTS}`.execute(
    ctx.db,
  );
  return rows;
}

/** Sums of an agent's own runs over the window. */
export interface FigureRow {
  agent_id: string;
  started: number;
  ended: number;
  failed: number;
  tokens: number;
  cost_usd: number;
  total_ms: number;
  durations: (Histogram | null)[];
}

/** A span of time, and the table whose rows it is summed from. */
export interface Span {
  from: Date;
  to: Date;
  table: 'rollup_1m' | 'rollup_1h';
}

export async function listFigureRows({ db, orgId }: Context, { from, to, table }: Span): Promise<FigureRow[]> {
  const { rows } = await sql<FigureRow>`
    select agent_id, coalesce(sum(n) filter (where dim = 'start'), 0)::int as started,
      coalesce(sum(n) filter (where dim = 'all'), 0)::int as ended,
      coalesce(sum(errors) filter (where dim = 'all'), 0)::int as failed,
      coalesce(sum(tokens_input + tokens_output) filter (where dim = 'all'), 0)::float8 as tokens,
      coalesce(sum(cost_usd) filter (where dim = 'all'), 0)::float8 as cost_usd,
      coalesce(sum(dur_sum_us) filter (where dim = 'all'), 0)::float8 / 1000 as total_ms,
      coalesce(array_agg(dur_hist) filter (where dim = 'all' and dur_hist is not null), '{}') as durations
    from ${sql.table(table)}
    where org_id = ${orgId} and day >= ${from}::date and t >= ${from} and t < ${to} and dim in ('start', 'all')
      and agent_id is not null
    group by 1`.execute(db);
  return rows;
}

/** An edge that somebody declared, or that was seen once. */
export interface KnownEdge {
  from_agent_id: string;
  to_agent_id: string;
  is_declared: boolean;
  last_seen_at: string | null;
  base_attempts: number | null;
  base_p95_ms: number | null;
}

const MAX_EDGES = 20_000;

/** Edges declared at enrolment, by a manifest or by hand, and those that were seen. */
export async function listKnownEdges({ db, orgId }: Context): Promise<KnownEdge[]> {
  const { rows } = await sql<KnownEdge>`
    with declared as (
      select p.id as from_agent_id, c.agent_id as to_agent_id from agent_parents c
        join agents p on p.org_id = c.org_id and p.slug = c.parent_slug where c.org_id = ${orgId}
      union
      select a.id, c.id from agents a join agent_versions v on v.id = a.active_version_id
        cross join lateral jsonb_array_elements_text(v.manifest -> 'subagents') as s (slug)
        join agents c on c.org_id = a.org_id and c.slug = s.slug where a.org_id = ${orgId}
      union
      select from_agent_id, to_agent_id from graph_edges where org_id = ${orgId} and declared_at is not null)
    select coalesce(d.from_agent_id, e.from_agent_id) as from_agent_id, coalesce(d.to_agent_id, e.to_agent_id) as to_agent_id,
      d.from_agent_id is not null as is_declared, e.last_seen_at, e.base_attempts, e.base_p95_ms
    from declared d full join (select * from graph_edges where org_id = ${orgId}) e
      on e.from_agent_id = d.from_agent_id and e.to_agent_id = d.to_agent_id
    limit ${MAX_EDGES}`.execute(db);
  return rows;
}

/** Calls of a tool by an agent over the window. */
export interface ToolRow {
  agent_id: string;
  tool: string;
  calls: number;
  errors: number;
  attempts: number;
  durations: (Histogram | null)[];
}

export async function listToolRows({ db, orgId }: Context, { from, to, table }: Span): Promise<ToolRow[]> {
  const { rows } = await sql<ToolRow>`
    select agent_id, dim_value as tool, greatest(sum(n) - greatest(sum(retries), sum(errors)), 0)::int as calls, sum(errors)::int as errors,
      sum(n)::int as attempts,
      coalesce(array_agg(dur_hist) filter (where dur_hist is not null), '{}') as durations
    from ${sql.table(table)}
    where org_id = ${orgId} and day >= ${from}::date and t >= ${from} and t < ${to} and dim = 'tool' and agent_id is not null
    group by 1, 2`.execute(db);
  return rows;
}
