import { sql } from 'kysely';
import { mayReadBoard } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { JobQuery, JobRead } from './jobs.schema.ts';

/** Never the payload: it may carry what only its handler should see. */
const COLUMNS = [
  ...(['id', 'kind', 'state', 'subject', 'board_id', 'waits_for', 'progress', 'steps', 'result', 'error'] as const),
  ...(['attempts', 'max_attempts', 'next_retry_at', 'created_at', 'updated_at'] as const),
] as const;

/** Jobs of the organization, but of boards that the caller may not read. */
const select = (ctx: Context) =>
  ctx.db
    .selectFrom('work_jobs as j')
    .select(COLUMNS)
    .where('j.org_id', '=', ctx.orgId)
    .where((eb) => eb.or([eb('j.board_id', 'is', null), mayReadBoard(ctx, sql.ref('j.board_id'))]));

export async function findJob(ctx: Context, id: string): Promise<JobRead | undefined> {
  return (await select(ctx).where('j.id', '=', id).executeTakeFirst()) as JobRead | undefined; // the columns' own shapes
}

/** Newest first, one more than the limit. */
export async function listJobs(
  ctx: Context,
  { state, kind, subject_id, limit }: JobQuery,
  after: readonly [string, string] | undefined,
): Promise<JobRead[]> {
  let query = select(ctx)
    .orderBy('j.created_at', 'desc')
    .orderBy('j.id', 'desc')
    .limit(limit + 1);
  if (state) query = query.where('j.state', '=', state);
  if (kind) query = query.where('j.kind', '=', kind);
  if (subject_id) query = query.where(sql`j.subject ->> 'id'`, '=', subject_id);
  if (after) query = query.where(sql<boolean>`(j.created_at, j.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`);
  return (await query.execute()) as JobRead[]; // the columns' own shapes
}
