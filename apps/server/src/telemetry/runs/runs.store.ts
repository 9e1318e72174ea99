import { type RawBuilder, sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import { keptSince } from '../retention/kept.sql.ts';
import { toRunDay } from './run-day.rules.ts';
import { RUN_JOINS, RUN_JSON } from './run-wire.sql.ts';
import type { Run, RunDetail, RunQuery, RunRef, RunTree } from './runs.schema.ts';

const from = sql.raw(`from runs r ${RUN_JOINS}`);
const runJson = sql.raw(RUN_JSON);

const isVisible = ({ orgId, now }: Context) => sql`r.org_id = ${orgId} and r.started_at >= ${keptSince(orgId, now())}`;

/** Newest first, one more than the limit. `after` is started_at and id of the last run of the page before. */
export async function listRuns(
  ctx: Context,
  query: RunQuery,
  after: readonly [string, string] | undefined,
): Promise<Run[]> {
  const conditions = [
    isVisible(ctx),
    ...toConditions(query),
    ...(after ? [sql`(r.started_at, r.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`] : []),
  ];
  const { rows } = await sql<{ run: Run }>`
    select ${runJson} as run ${from} where ${sql.join(conditions, sql` and `)}
    order by r.started_at desc, r.id desc limit ${query.limit + 1}`.execute(ctx.db);
  return rows.map(({ run }) => run);
}

function toConditions(query: RunQuery): RawBuilder<unknown>[] {
  const given: [unknown, RawBuilder<unknown>][] = [
    [query.agent_id, sql`r.agent_id = ${query.agent_id}`],
    [query.agent_type, sql`a.agent_type = ${query.agent_type}`],
    [query.version_id, sql`r.version_id = ${query.version_id}`],
    [query.task_id, sql`r.task_id = ${query.task_id}`],
    [query.trace_id, isOfTrace(query.trace_id ?? '')],
    [query.status, sql`r.status = any(${[query.status ?? []].flat()}::text[])`],
    [query.source, sql`r.source = ${query.source}`],
    [query.model, hasStep(sql`s.kind = 'llm' and s.model = ${query.model}`)],
    [query.tool, hasStep(sql`s.kind = 'tool' and s.name = ${query.tool}`)],
    [query.has_violation, query.has_violation ? sql`r.violations > 0` : sql`r.violations = 0`],
    [query.root_only || undefined, sql`r.parent_run_id is null`],
    [query.min_cost, sql`r.cost_usd >= ${query.min_cost}`],
    [query.min_dur_ms, sql`r.dur_us >= ${Math.round((query.min_dur_ms ?? 0) * 1_000)}`],
    [query.q || undefined, matchesText(query.q ?? '')],
    [query.from, sql`r.started_at >= ${query.from}`],
    [query.to, sql`r.started_at < ${query.to}`],
  ];
  return given.filter(([value]) => value !== undefined).map(([, condition]) => condition);
}

/** A trace is the root run's id unless it came from elsewhere. */
const isOfTrace = (trace: string) =>
  sql`(r.trace_id = ${trace} or r.trace_id is null and replace(r.root_run_id::text, '-', '') = ${trace})`;

const hasStep = (condition: RawBuilder<unknown>) =>
  sql`exists (select from steps s where s.org_id = r.org_id and s.day = r.day and s.run_id = r.id and ${condition})`;

const matchesText = (text: string) => {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return sql`(r.id::text = ${text.toLowerCase()} or r.name ilike ${pattern} or r.error_message ilike ${pattern})`;
};

/** What reading a part of a run needs to know of it. */
export interface RunHead {
  id: string;
  day: string;
  started_at: string;
  is_running: boolean;
}

export async function findRunHead(ctx: Context, id: string): Promise<RunHead | undefined> {
  const { rows } = await sql<RunHead>`
    select r.id, r.day, r.started_at, r.status = 'running' as is_running from runs r
    where ${isVisible(ctx)} and r.day = ${toRunDay(id) ?? null}::date and r.id = ${id}`.execute(ctx.db);
  return rows[0];
}

/** A run with its payload references, without its relatives. */
export async function findRun(
  ctx: Context,
  id: string,
): Promise<Omit<RunDetail, 'tree' | 'parent' | 'children'> | undefined> {
  const { rows } = await sql<{ run: Run } & Pick<RunDetail, 'in_payload' | 'out_payload' | 'config'>>`
    select ${runJson} as run, r.in_payload, r.out_payload, r.config ${from}
    where ${isVisible(ctx)} and r.day = ${toRunDay(id) ?? null}::date and r.id = ${id}`.execute(ctx.db);
  const [row] = rows;
  if (!row) return undefined;
  const { run, ...payloads } = row;
  return { ...run, ...payloads };
}

/** Days on which a tree's runs can be: no run began before its root. */
const isOfTree = (ctx: Context, rootId: string) =>
  sql`${isVisible(ctx)} and r.day >= ${toRunDay(rootId) ?? '1970-01-01'}::date and r.root_run_id = ${rootId}`;

/** Sums over all runs of a tree. */
export async function sumTree(ctx: Context, rootId: string): Promise<RunTree> {
  const { rows } = await sql<RunTree>`
    select count(*) as runs, ${sql.raw(
      [
        ...['steps', 'llm_calls', 'tool_calls', 'errors', 'blocked', 'violations', 'unpriced_tokens', 'tokens_input'],
        ...['tokens_cache_read', 'tokens_cache_write', 'tokens_output', 'tokens_reasoning'],
      ]
        .map((column) => `coalesce(sum(r.${column}), 0)::bigint as ${column}`)
        .join(', '),
    )}, sum(r.cost_usd) as cost_usd
    from runs r where ${isOfTree(ctx, rootId)}`.execute(ctx.db);
  return rows[0] as RunTree; // an aggregate without groups always has one row
}

/** The parent and the children of a run, oldest first; at most 200. */
export async function listRelatives(ctx: Context, run: Run): Promise<{ parent: RunRef | null; children: RunRef[] }> {
  const { rows } = await sql<{ run: Run }>`
    select ${runJson} as run ${from}
    where ${isOfTree(ctx, run.root_run_id)} and (r.parent_run_id = ${run.id} or r.id = ${run.parent_run_id})
    order by r.started_at, r.id limit 201`.execute(ctx.db);
  const refs = rows.map(({ run: relative }) => toRef(relative));
  return {
    parent: refs.find(({ id }) => id === run.parent_run_id) ?? null,
    children: refs.filter(({ id }) => id !== run.parent_run_id),
  };
}

const toRef = ({
  id,
  agent_id,
  agent_name,
  agent_slug,
  name,
  status,
  started_at,
  dur_us,
  parent_step_key,
}: Run): RunRef => ({
  id,
  agent_id,
  agent_name,
  agent_slug,
  name,
  status,
  started_at,
  dur_us,
  parent_step_key,
});
