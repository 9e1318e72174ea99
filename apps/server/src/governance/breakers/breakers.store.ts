import { type Selectable, sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { type Histogram, quantile } from '#server/platform/histograms/histogram.rules.ts';
import type { Tables } from '#server/platform/postgres/tables.gen.ts';
import type { Breaker, BreakerDetail, BreakerQuery } from './breakers.schema.ts';

const COLUMNS = [
  ...(['b.id', 'b.key', 'b.rule_ref as rule', 'b.agent_id', 'b.version_id', 'b.tool', 'b.mode', 'b.state'] as const),
  ...(['b.effect', 'b.held_by', 'b.reason', 'b.value', 'b.calls', 'b.open_count', 'b.opened_at'] as const),
  ...(['b.half_opened_at', 'b.closed_at', 'b.retry_at', 'b.updated_at'] as const),
  ...(['a.slug as agent_slug', 'a.name as agent_name', 'av.number as version_number'] as const),
];

const ofRule = <T>(field: string, type: string) => sql<T>`(b.rule ->> ${sql.lit(field)})::${sql.raw(type)}`;

const select = ({ db, orgId }: Context) =>
  db
    .selectFrom('breakers as b')
    .innerJoin('agents as a', (join) => join.onRef('a.org_id', '=', 'b.org_id').onRef('a.id', '=', 'b.agent_id'))
    .leftJoin('agent_versions as av', 'av.id', 'b.version_id')
    .select(COLUMNS)
    .select([
      ofRule<string>('watch', 'text').as('watch'),
      ofRule<number>('over', 'float8').as('over'),
      ofRule<number>('window_ms', 'int8').as('window_ms'),
      ofRule<number>('min', 'int').as('min_calls'),
      ofRule<string>('scope', 'text').as('scope'),
      ofRule<string>('action', 'text').as('action'),
      ofRule<number>('probes', 'int').as('probes'),
    ])
    .where('b.org_id', '=', orgId);

export async function findBreaker(ctx: Context, id: string): Promise<Breaker | undefined> {
  const row = await select(ctx).where('b.id', '=', id).executeTakeFirst();
  return row as Breaker | undefined; // enums are checked by the columns' constraints, the rule by its compiler
}

/** A page, what changed last first, one more than the limit. */
export async function listBreakers(
  ctx: Context,
  { agent_id, state, held, tool, policy, limit }: BreakerQuery,
  after: readonly [string, string] | undefined,
): Promise<Breaker[]> {
  const filters = [
    agent_id === undefined ? [] : [sql<boolean>`b.agent_id = ${agent_id}`],
    state === undefined ? [] : [sql<boolean>`b.state = ${state}`],
    held === undefined ? [] : [sql<boolean>`(b.held_by is not null) = ${held}`],
    tool === undefined ? [] : [sql<boolean>`b.tool = ${tool}`],
    policy === undefined ? [] : [sql<boolean>`split_part(b.rule_key, ':', 1) = ${policy}`],
    after === undefined ? [] : [sql<boolean>`(b.updated_at, b.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`],
  ].flat();
  const rows = await select(ctx)
    .where(sql<boolean>`${sql.join([sql`true`, ...filters], sql` and `)}`)
    .orderBy('b.updated_at', 'desc')
    .orderBy('b.id', 'desc')
    .limit(limit + 1)
    .execute();
  return rows as Breaker[]; // as above
}

/** What was counted of a breaker's calls in its window that ends at `until`, by ten seconds. */
export async function listBuckets({ db, orgId }: Context, id: string, until: Date): Promise<BreakerDetail['buckets']> {
  const { rows } = await sql<{ t: string; n: number; errors: number; violations: number; dur_hist: Histogram | null }>`
    select c.t, sum(c.n)::int as n, sum(c.errors)::int as errors, sum(c.violations)::int as violations,
      hist_sum(c.dur_hist) as dur_hist
    from breakers b
      join breaker_buckets c on c.org_id = b.org_id and c.agent_id = b.agent_id
        and c.t > ${until}::timestamptz - (b.rule ->> 'window_ms')::bigint * interval '1 ms'
        and (b.version_id is null or c.version_id = b.version_id) and (b.tool is null or c.tool = b.tool)
    where b.org_id = ${orgId} and b.id = ${id}
    group by c.t order by c.t desc limit 1000`.execute(db);
  return rows.toReversed().map(({ t, n, errors, violations, dur_hist }) => {
    const us = quantile(dur_hist, 0.95);
    return { t, calls: n, errors, violations, p95_ms: us === null ? null : us / 1_000 };
  });
}

/** A breaker as the processes of its agent must know it. */
export interface BreakerState {
  agent_id: string;
  /** Of which version only; null of all. */
  version_id: string | null;
  key: string;
  state: 'open' | 'half_open' | 'closed';
  retry_at: string | null;
}

/** The breakers of these agents that are not closed and stop something, or would under monitor; and those that somebody holds closed. */
export async function listBreakersFor({ db, orgId }: Context, agentIds: string[]): Promise<BreakerState[]> {
  if (agentIds.length === 0) return [];
  const rows = await db
    .selectFrom('breakers')
    .select(['agent_id', 'version_id', 'key', 'state', 'retry_at'])
    .where('org_id', '=', orgId)
    .where('agent_id', 'in', agentIds)
    .where((eb) => eb.or([eb('state', '<>', 'closed'), eb('held_by', 'is not', null)]))
    .where('effect', '<>', 'alert')
    .orderBy('key')
    .execute();
  return rows as BreakerState[]; // states are checked by the column's constraint
}

/** What the calling process reports of an agent: the version that it runs; undefined when the agent is none of its own. */
export const findReported = (
  { db, orgId, actor }: Context,
  agentId: string,
): Promise<{ version_id: string | null } | undefined> =>
  db
    .selectFrom('producer_agents')
    .select('version_id')
    .where('org_id', '=', orgId)
    .where('producer_id', '=', actor.id)
    .where('agent_id', '=', agentId)
    .executeTakeFirst();

export type BreakerRow = Selectable<Tables['breakers']>;

/** Holds a breaker's row until the transaction ends. */
export const lockBreaker = ({ db, orgId }: TxContext, id: string): Promise<BreakerRow | undefined> =>
  db.selectFrom('breakers').selectAll().where('org_id', '=', orgId).where('id', '=', id).forUpdate().executeTakeFirst();

type Instant = Date | null;

/** What a change of state writes. */
export interface BreakerPatch {
  state?: Breaker['state'];
  effect?: Breaker['effect'];
  /** JSON. */
  held_by?: string | null;
  reason?: string | null;
  value?: number | null;
  calls?: number | null;
  open_count?: number;
  opened_at?: Instant;
  half_opened_at?: Instant;
  closed_at?: Instant;
  retry_at?: Instant;
  counts_from?: Instant;
}

export async function saveBreaker({ db, orgId, now }: TxContext, id: string, patch: BreakerPatch): Promise<void> {
  await db
    .updateTable('breakers')
    .set({ ...patch, updated_at: now() })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}
