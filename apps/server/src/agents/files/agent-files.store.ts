import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';

/** How many versions of a file are kept. */
const KEPT = 20;

export interface AgentFile {
  id: string;
  version_no: number;
  content: string;
  /** The hash of the file as the gateway took it; null before that. */
  gateway_hash: string | null;
}

/** The newest version of a file, written or still to be written. */
export const findNewestFile = ({ db, orgId }: Context, agentId: string, name: string): Promise<AgentFile | undefined> =>
  db
    .selectFrom('agent_files')
    .select(['id', 'version_no', 'content', 'gateway_hash'])
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .where('name', '=', name)
    .orderBy('version_no', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Adds the next version of a file of an agent whose row the caller holds; the oldest beyond twenty go. */
export async function insertFile(
  { db, orgId, now }: TxContext,
  file: {
    id: string;
    agent_id: string;
    name: string;
    content: string;
    content_hash: string;
    found: boolean;
    decision: 'overwrite' | null;
  },
): Promise<number> {
  const next = sql<number>`(select coalesce(max(version_no), 0) + 1 from agent_files
    where agent_id = ${file.agent_id} and name = ${file.name})`;
  const { version_no } = await db
    .insertInto('agent_files')
    .values({ ...file, org_id: orgId, version_no: next, created_at: now() })
    .returning('version_no')
    .executeTakeFirstOrThrow();
  await db
    .deleteFrom('agent_files')
    .where('org_id', '=', orgId)
    .where('agent_id', '=', file.agent_id)
    .where('name', '=', file.name)
    .where('version_no', '<=', version_no - KEPT)
    .execute();
  return version_no;
}

export async function saveFileWritten(
  { db, orgId, now }: TxContext,
  id: string,
  gatewayHash: string | null,
): Promise<void> {
  await db
    .updateTable('agent_files')
    .set({ written_at: now(), gateway_hash: gatewayHash })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

/** The hashes of an agent's files as we left them on the gateway, by name. */
export async function listWrittenHashes({ db, orgId }: Context, agentId: string): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('agent_files')
    .distinctOn('name')
    .select(['name', 'gateway_hash'])
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .where('gateway_hash', 'is not', null)
    .orderBy('name')
    .orderBy('version_no', 'desc')
    .$narrowType<{ gateway_hash: string }>()
    .execute();
  return new Map(rows.map(({ name, gateway_hash }) => [name, gateway_hash]));
}
