import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { AgentVersion, AgentVersionDetail } from './versions.schema.ts';

const FIELDS = [
  'id',
  'agent_id',
  'number',
  'label',
  'git_sha',
  'lockfile_hash',
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

/** Newest first, one more than the limit. */
export async function listVersions(
  ctx: Context,
  agentId: string,
  before: number | undefined,
  limit: number,
): Promise<AgentVersion[]> {
  const query = select(ctx, agentId);
  const rows = await (before ? query.where('number', '<', before) : query)
    .orderBy('number', 'desc')
    .limit(limit + 1)
    .execute();
  return rows as AgentVersion[]; // enums and JSON are checked where they are written
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
