import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { ViolationSummary, ViolationSummaryQuery } from './summary.schema.ts';

const DAY_MS = 86_400_000;

const KEYS = {
  rule: sql`coalesce(regexp_replace(v.rule_ref, '@\\d+:', ':'), v.code)`,
  agent: sql`v.agent_id::text`,
  tool: sql`coalesce(v.tool, '')`,
};

/** Counts violations of a span of time by group, most first, with their number per hour or day. */
export async function summarizeViolations(
  { db, orgId, now }: Context,
  { group_by, from, to, per, limit }: ViolationSummaryQuery,
): Promise<ViolationSummary> {
  const until = to === undefined ? now() : new Date(to);
  const since = from === undefined ? new Date(until.getTime() - (per === 'hour' ? 1 : 30) * DAY_MS) : new Date(from);
  const { rows } = await sql<ViolationSummary['items'][number] & { total: number }>`
    with cells as (
      select ${KEYS[group_by]} as key, date_trunc(${per}, v.ts at time zone 'utc') at time zone 'utc' as t,
        count(*) as n, count(*) filter (where v.enforcement = 'blocked') as blocked,
        count(*) filter (where v.enforcement = 'would_have') as would_have,
        count(*) filter (where v.state = 'open') as open,
        count(*) filter (where v.state = 'false_positive') as false_positive, max(v.ts) as last_at
      from violations v where v.org_id = ${orgId} and v.ts >= ${since} and v.ts < ${until}
      group by 1, 2)
    select c.key, coalesce(a.name, c.key) as name, sum(c.n)::int as count, sum(c.blocked)::int as blocked,
      sum(c.would_have)::int as would_have, sum(c.open)::int as open, sum(c.false_positive)::int as false_positive,
      max(c.last_at) as last_at,
      jsonb_agg(jsonb_build_object('t', to_char(c.t at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'count', c.n)
        order by c.t) as trend,
      (sum(sum(c.n)) over ())::int as total
    from cells c left join agents a on ${group_by} = 'agent' and a.org_id = ${orgId} and a.id::text = c.key
    group by c.key, a.name order by count desc, c.key limit ${limit}`.execute(db);
  const items = rows.map(({ total: _, ...item }) => item);
  return { from: since.toISOString(), to: until.toISOString(), total: rows[0]?.total ?? 0, items };
}
