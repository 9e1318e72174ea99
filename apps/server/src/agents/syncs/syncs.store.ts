import type { Context, TxContext } from '#server/platform/context.ts';

/** The kind of work that brings files up to date. */
export const SYNC_TEMPLATES = 'templates.sync';

/** The job of a queue that waits or runs. */
export async function findOpenJob({ db, orgId }: TxContext, queue: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('work_jobs')
    .select('id')
    .where('org_id', '=', orgId)
    .where('queue', '=', queue)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst();
  return row?.id;
}

export interface SyncCandidate {
  id: string;
  name: string;
  kind: string;
  board_id: string | null;
  adopted: boolean;
  paused_at: string | null;
  control_state: string;
}

/** Agents of a gateway, oldest first, with what would keep them out of a sync. */
export const listSyncCandidates = ({ db, orgId }: Context, gatewayId: string): Promise<SyncCandidate[]> =>
  db
    .selectFrom('agents as a')
    .leftJoin('boards as b', (join) => join.onRef('b.org_id', '=', 'a.org_id').onRef('b.id', '=', 'a.board_id'))
    .select(['a.id', 'a.name', 'a.kind', 'a.board_id', 'a.adopted', 'a.control_state', 'b.paused_at'])
    .where('a.org_id', '=', orgId)
    .where('a.gateway_id', '=', gatewayId)
    .orderBy('a.created_at')
    .orderBy('a.id')
    .execute();

export async function saveProgress(
  { db, orgId }: TxContext,
  jobId: string,
  progress: { done: number; total: number },
): Promise<void> {
  await db
    .updateTable('work_jobs')
    .set({ progress: JSON.stringify(progress) })
    .where('org_id', '=', orgId)
    .where('id', '=', jobId)
    .execute();
}
