import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { type Histogram, quantile } from '#server/platform/histograms/histogram.rules.ts';
import type { AgentVersion, AgentVersionDetail, AgentVersionListed } from './versions.schema.ts';

const FIELDS = [
  'id',
  'agent_id',
  'number',
  'label',
  'git_sha',
  'lockfile_hash',
  'deploy_target_id',
  'target_ref',
  'state',
  'created_by',
  'created_at',
] as const;
const HASH = sql<string>`encode(content_hash, 'hex')`.as('content_hash');
const TOOLS = sql<number>`jsonb_array_length(coalesce(manifest -> 'tools', '[]'))`.as('tools');

const select = ({ db, orgId }: Context, agentId: string) =>
  db
    .selectFrom('agent_versions')
    .select([...FIELDS, HASH, TOOLS])
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId);

const FIGURES_DAYS = 30;

/** Newest first, one more than the limit; each with how it did. */
export async function listVersions(
  { db, orgId, now }: Context,
  agentId: string,
  before: number | undefined,
  limit: number,
): Promise<AgentVersionListed[]> {
  const since = new Date(now().getTime() - FIGURES_DAYS * 86_400_000);
  const { rows } = await sql<Omit<AgentVersionListed, 'p95_ms'> & { durations: Histogram | null }>`
    with page as materialized (
      select ${sql.raw(FIELDS.join(', '))}, encode(content_hash, 'hex') as content_hash,
        jsonb_array_length(coalesce(manifest -> 'tools', '[]')) as tools
      from agent_versions where org_id = ${orgId} and agent_id = ${agentId}
        and (${before ?? null}::int is null or number < ${before ?? null})
      order by number desc limit ${limit + 1}),
    figures as materialized (
      select version_id, sum(n)::int as runs, sum(errors)::float8 / nullif(sum(n), 0) as error_rate,
        hist_sum(dur_hist) as durations,
        sum(score_sum) / nullif(sum(score_n), 0) as mean_score
      from rollup_1h where org_id = ${orgId} and agent_id = ${agentId} and dim = 'all'
        and day >= ${since}::date and t >= ${since} and version_id in (select id from page)
      group by 1)
    select p.*, coalesce(f.runs, 0) as runs, f.error_rate, f.durations, f.mean_score,
      (select d.watch from deployments d where d.agent_id = p.agent_id and d.to_version_id = p.id and d.watch is not null
        order by d.created_at desc limit 1) as watch
    from page p left join figures f on f.version_id = p.id order by p.number desc`.execute(db);
  return rows.map(({ durations, ...row }) => {
    const p95Us = quantile(durations, 0.95);
    return { ...row, p95_ms: p95Us === null ? null : p95Us / 1_000 };
  });
}

export async function findVersion(ctx: Context, agentId: string, id: string): Promise<AgentVersionDetail | undefined> {
  const row = await select(ctx, agentId).select('manifest').where('id', '=', id).executeTakeFirst();
  return row as AgentVersionDetail | undefined;
}

export async function findVersionByHash(
  ctx: Context,
  agentId: string,
  hash: Buffer,
): Promise<AgentVersion | undefined> {
  const row = await select(ctx, agentId).where('content_hash', '=', hash).executeTakeFirst();
  return row as AgentVersion | undefined;
}

export interface NewVersion {
  id: string;
  agent_id: string;
  label: string | null;
  content_hash: Buffer;
  manifest: string;
  git_sha: string | null;
  lockfile_hash: string | null;
  deploy_target_id: string | null;
  target_ref: string | null;
}

/** Inserts the next number of an agent whose row the caller holds. */
export async function insertVersion({ db, orgId, actor, now }: TxContext, version: NewVersion): Promise<AgentVersion> {
  const next = sql<number>`(select coalesce(max(number), 0) + 1 from agent_versions where agent_id = ${version.agent_id})`;
  const row = await db
    .insertInto('agent_versions')
    .values({ ...version, org_id: orgId, number: next, created_by: JSON.stringify(actor), created_at: now() })
    .returning([...FIELDS, HASH, TOOLS])
    .executeTakeFirstOrThrow();
  return row as AgentVersion;
}

/** Makes one version the active one and the one before it superseded. */
export async function saveActiveVersion({ db, orgId }: TxContext, agentId: string, versionId: string): Promise<void> {
  await db
    .updateTable('agent_versions')
    .set({ state: sql`case when id = ${versionId} then 'active' else 'superseded' end` })
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .where((eb) => eb.or([eb('id', '=', versionId), eb('state', '=', 'active')]))
    .execute();
}
