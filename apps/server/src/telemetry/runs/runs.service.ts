import type { Context } from '#server/platform/context.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { findTombstone } from '../erasure/erasure.store.ts';
import type { RunDetail } from './runs.schema.ts';
import { findRun, findRunHead, listRelatives, type RunHead, sumTree } from './runs.store.ts';

/** A run with its relatives and the sums of its tree. Throws `run.not_found`, `run.deleted`. */
export async function getRun(ctx: Context, id: string): Promise<RunDetail> {
  const run = await findRun(ctx, id);
  if (!run) throw await toAbsence(ctx, id);
  const [tree, relatives] = await Promise.all([sumTree(ctx, run.root_run_id), listRelatives(ctx, run)]);
  return { ...run, tree, ...relatives };
}

/** Throws `run.not_found`. */
export async function getRunHead(ctx: Context, id: string): Promise<RunHead> {
  const head = await findRunHead(ctx, id);
  if (!head) throw notFound('run', id);
  return head;
}

async function toAbsence(ctx: Context, id: string): Promise<Problem> {
  const tombstone = await findTombstone(ctx, id);
  return tombstone
    ? new Problem('run.deleted', 410, `This run was deleted at ${tombstone.deleted_at}.`)
    : notFound('run', id);
}
