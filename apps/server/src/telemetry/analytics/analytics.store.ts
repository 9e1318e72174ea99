import { type RawBuilder, sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { Scope } from './analytics.schema.ts';
import { listRunSums } from './summing/sums.store.ts';
import type { Marks, Part } from './window.rules.ts';

/** What is counted together: the dimension of the rollups, and what tells its rows apart. */
export interface Question {
  parts: readonly Part[];
  dim: 'all' | 'start' | 'tool' | 'model' | 'model_bucket' | 'error_type' | 'task' | 'board';
  key: 'none' | 'agent' | 'agent_type' | 'version' | 'value' | 'agent_value' | 'model' | 'prompt_size';
  scope: Scope & { model?: string | undefined; agent_ids?: readonly string[] };
  /** Absent when the range is one sum. */
  steps?: { from: Date; stepS: number };
}

const TOTALS = [
  ...['n', 'errors', 'blocked', 'retries', 'tokens_input', 'tokens_cache_read', 'tokens_cache_write', 'tokens_output'],
  ...['tokens_reasoning', 'cost_usd', 'unpriced_tokens', 'dur_sum_us', 'score_sum', 'score_n'],
] as const;
const COLUMNS = sql.raw(TOTALS.join(', '));
const SUMS = sql.raw(
  TOTALS.map((name) =>
    /^(cost_usd|score_sum)$/.test(name) ? `sum(${name}) as ${name}` : `sum(${name})::bigint as ${name}`,
  ).join(', '),
);

/** Sums of one key and step. */
export type Total = Record<(typeof TOTALS)[number], number> & { key: string; step: number };

export async function listTotals(ctx: Context, question: Question): Promise<Total[]> {
  const { rows } = await sql<Total>`
    select ${toKey(question)} as key, ${toStep(question)} as step, ${SUMS} from (${readParts(ctx, question)}) r
    group by 1, 2`.execute(ctx.db);
  return rows;
}

/** How many durations of one key and step fall into a bin of the histogram. */
export interface Bin {
  key: string;
  step: number;
  bin: number;
  n: number;
}

/** Histograms are what takes time to read: `only` names the keys that are shown. */
export async function listBins(
  ctx: Context,
  question: Question,
  name: 'dur_hist' | 'ttft_hist',
  only?: readonly string[],
): Promise<Bin[]> {
  const { rows } = await sql<Bin>`
    select ${toKey(question)} as key, ${toStep(question)} as step, b.key::int as bin, sum(b.value::bigint)::bigint as n
    from (${readParts(ctx, question)}) r, jsonb_each_text(r.${sql.ref(name)}) b
    ${only ? sql`where ${toKey(question)} = any(${only}::text[])` : sql``} group by 1, 2, 3`.execute(ctx.db);
  return rows;
}

const toStep = ({ steps }: Question) =>
  steps ? sql`floor(extract(epoch from t - ${steps.from}::timestamptz) / ${steps.stepS}::int)::int` : sql`0`;

const toKey = ({ key }: Question): RawBuilder<unknown> =>
  ({
    none: sql`''`,
    agent: sql`coalesce(agent_id::text, '')`,
    agent_type: sql`coalesce((select agent_type from agents a where a.id = r.agent_id), '')`,
    version: sql`coalesce(version_id::text, '')`,
    value: sql`dim_value`,
    agent_value: sql`agent_id || ' ' || dim_value`,
    model: sql`regexp_replace(dim_value, '\\|[0-9]+$', '')`,
    prompt_size: sql`coalesce(substring(dim_value from '\\|([0-9]+)$'), dim_value)`,
  })[key];

const readParts = (ctx: Context, question: Question) =>
  sql.join(
    question.parts.map((part) => readPart(ctx, question, part)),
    sql` union all `,
  );

function readPart(ctx: Context, { dim, scope }: Question, { rows, from, to }: Part): RawBuilder<unknown> {
  const where = sql`${sql.join([sql`true`, ...toConditions(ctx, dim, scope)], sql` and `)}`;
  if (rows === 'run')
    return sql`
      select ${from}::timestamptz as t, agent_id, version_id, value as dim_value, ${COLUMNS}, dur_hist, ttft_hist
      from (${listRunSums({ org_id: ctx.orgId, t: from }, to)}) ended where dim = ${dim} and ${where}`;
  const table = rows === 'minute' ? 'rollup_1m' : rows === 'hour' ? 'rollup_1h' : 'rollup_sums';
  return sql`
    select t, agent_id, version_id, dim_value, ${COLUMNS}, dur_hist, ttft_hist from ${sql.table(table)}
    where org_id = ${ctx.orgId} and dim = ${dim} and day >= ${from}::date and day <= ${to}::date and t >= ${from}
      and t < ${to} ${table === 'rollup_sums' ? sql`and grain = ${rows}` : sql``} and ${where}`;
}

function toConditions({ orgId }: Context, dim: Question['dim'], scope: Question['scope']): RawBuilder<unknown>[] {
  const { agent_id, agent_ids, agent_type, version_id, board_id, model } = scope;
  const given: [unknown, RawBuilder<unknown>][] = [
    [agent_id, sql`agent_id = ${agent_id}`],
    [agent_ids, sql`agent_id = any(${agent_ids}::uuid[])`],
    [version_id, sql`version_id = ${version_id}`],
    [agent_type, sql`agent_id in (select id from agents where org_id = ${orgId} and agent_type = ${agent_type})`],
    [board_id, sql`agent_id in (select id from agents where org_id = ${orgId} and board_id = ${board_id})`],
    [
      model,
      dim === 'model_bucket' ? sql`regexp_replace(dim_value, '\\|[0-9]+$', '') = ${model}` : sql`dim_value = ${model}`,
    ],
  ];
  return given.filter(([value]) => value !== undefined).map(([, condition]) => condition);
}

/** Up to where the organization's hours and days have been summed. */
export async function findMarks({ db, orgId }: Context): Promise<Marks> {
  const { rows } = await sql<{ hour: string | null; day: string | null }>`
    select (select max(t) from rollup_spans where org_id = ${orgId} and grain = 'hour') + interval '1 hour' as hour,
      (select max(t) from rollup_spans where org_id = ${orgId} and grain = 'day') + interval '1 day' as day`.execute(
    db,
  );
  const toDate = (at: string | null | undefined) => (at ? new Date(at) : null);
  return { hour: toDate(rows[0]?.hour), day: toDate(rows[0]?.day) };
}

export interface Named {
  key: string;
  name: string;
  agent_id: string | null;
}

/** What people call agents, versions, tasks and boards, by their ids; other keys are their own names. */
export async function listNames({ db, orgId }: Context, kind: string, keys: readonly string[]): Promise<Named[]> {
  const ids = keys.filter((key) => /^[0-9a-f]{8}-/.test(key));
  const read = {
    agent: sql`select id as key, name, id as agent_id from agents`,
    version: sql`
      select v.id as key, coalesce(v.label, a.name || ' v' || v.number) as name, v.agent_id
      from agent_versions v join agents a on a.id = v.agent_id`,
    task: sql`select id as key, title as name, null::uuid as agent_id from tasks`,
    board: sql`select id as key, name, null::uuid as agent_id from boards`,
  }[kind];
  if (!read || ids.length === 0) return [];
  const [id, org] = kind === 'version' ? ['v.id', 'v.org_id'] : ['id', 'org_id'];
  const { rows } = await sql<Named>`
    ${read} where ${sql.ref(org)} = ${orgId} and ${sql.ref(id)} = any(${ids}::uuid[])`.execute(db);
  return rows;
}
