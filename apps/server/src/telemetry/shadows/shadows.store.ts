import { sql } from 'kysely';
import type { PolicyScope } from '#server/governance/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { Span } from './shadows.rules.ts';
import type { Shadow } from './shadows.schema.ts';

/** A policy with what holds of it now. */
interface HeldPolicy {
  name: string;
  version: number | null;
  mode: string | null;
  since: string | null;
  scope: PolicyScope | null;
  /** Rules in monitor. */
  monitored: number;
}

export async function findHeld({ db, orgId }: Context, policyId: string): Promise<HeldPolicy | undefined> {
  const { rows } = await sql<HeldPolicy>`
    select p.name, x.version, x.mode, x.at as since,
      case when x.id is not null then jsonb_build_object('keys', x.scope_keys, 'exclude', x.exclude_keys) end as scope,
      (select count(*)::int from json_array_elements(x.ir -> 'rules') r where r ->> 'mode' = 'monitor') as monitored
    from policies p left join policy_activations x on x.org_id = p.org_id and x.id = p.activation_id
    where p.org_id = ${orgId} and p.id = ${policyId}`.execute(db);
  return rows[0];
}

const instantOf = (ms: number): string => new Date(ms).toISOString();

/** What rules of a policy in monitor said of calls, each with what was decided in effect and how its run went. */
const findings = ({ orgId }: Context, name: string, { fromMs, toMs }: Span) => sql`
  select d.run_id, d.ts, split_part(m ->> 'rule', ':', 2) as rule, m ->> 'verdict' as verdict,
    split_part(split_part(m ->> 'rule', '@', 2), ':', 1) as version, r.status = 'ok' as is_good,
    d.enforcement = 'blocked' and (d.verdict = 'block' or m ->> 'verdict' <> 'block') as is_decided
  from decisions d
    cross join lateral jsonb_array_elements(case when jsonb_typeof(d.matched) = 'array' then d.matched else '[]' end) m
    left join runs r on r.org_id = d.org_id and r.day = d.day and r.id = d.run_id
  where d.org_id = ${orgId} and d.ts >= ${instantOf(fromMs)}::timestamptz and d.ts < ${instantOf(toMs)}::timestamptz
    and m ->> 'mode' = 'monitor' and m ->> 'verdict' in ('block', 'require_approval', 'warn')
    and starts_with(m ->> 'rule', ${`${name}@`})`;

const TALLY = sql`
  count(*) filter (where verdict = 'block' and not is_decided)::int as would_block,
  count(*) filter (where verdict = 'require_approval' and not is_decided)::int as would_approve,
  count(*) filter (where verdict = 'warn' and not is_decided)::int as would_warn`;

const RUNS = sql`
  count(*) filter (where is_decided)::int as decided_anyway,
  count(distinct run_id) filter (where verdict <> 'warn' and not is_decided)::int as runs_hit,
  count(distinct run_id) filter (where verdict <> 'warn' and not is_decided and is_good)::int as runs_hit_succeeded`;

type Sums = Pick<
  Shadow,
  'would_block' | 'would_approve' | 'would_warn' | 'decided_anyway' | 'runs_hit' | 'runs_hit_succeeded'
>;

/** Sums over all rules (`rule` null) and by rule. */
export async function sumShadow(
  ctx: Context,
  name: string,
  span: Span,
): Promise<(Sums & { rule: string | null; versions: number[] })[]> {
  const { rows } = await sql<Sums & { rule: string | null; versions: number[] }>`
    select rule, array_agg(distinct version::int) filter (where version ~ '^\\d{1,9}$') as versions, ${TALLY}, ${RUNS}
    from (${findings(ctx, name, span)}) f group by grouping sets ((), (rule)) order by rule nulls first`.execute(
    ctx.db,
  );
  return rows;
}

/** Sums by span and rule, the newest thousand. */
export async function listTrend(
  ctx: Context,
  name: string,
  { unit, ...span }: Span & { unit: 'hour' | 'day' },
): Promise<Shadow['trend']> {
  const { rows } = await sql<Shadow['trend'][number]>`
    select * from (
      select date_trunc(${unit}, ts) as t, rule, ${TALLY} from (${findings(ctx, name, span)}) f
      group by 1, 2 order by 1 desc, 2 limit 1000) newest
    order by t, rule`.execute(ctx.db);
  return rows;
}

/** Calls of tools and models by these agents. */
export async function countCalls(
  { db, orgId }: Context,
  agentIds: readonly string[],
  { fromMs, toMs }: Span,
): Promise<number> {
  if (agentIds.length === 0) return 0;
  const { rows } = await sql<{ n: number }>`
    select coalesce(sum(n), 0)::int8 as n from rollup_1m
    where org_id = ${orgId} and agent_id = any(${[...agentIds]}::uuid[]) and dim in ('tool', 'model')
      and t >= date_trunc('minute', ${instantOf(fromMs)}::timestamptz) and t < ${instantOf(toMs)}::timestamptz
      and day >= ${instantOf(fromMs).slice(0, 10)}::date`.execute(db);
  return rows[0]?.n ?? 0;
}
