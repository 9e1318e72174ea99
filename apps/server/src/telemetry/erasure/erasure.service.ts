import { createHash } from 'node:crypto';
import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { notFound } from '#server/platform/problem.ts';
import { runsDeleted } from './erasure.events.ts';
import { buryRun, buryRunsOfUser } from './erasure.store.ts';

const MAX_NAMED = 100;

/** Takes a run away at once; the job `runs.erase` removes all that it left. Throws `run.not_found`. */
export async function deleteRun(ctx: Context, id: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const buried = await buryRun(tx, id);
    if (buried.length === 0) throw notFound('run', id);
    await publish(tx, runsDeleted, {
      subjectId: tx.orgId,
      data: { run_ids: buried, runs: buried.length, user_ref_sha256: null },
    });
  });
}

/** Takes away every run of an end user, with the runs that those started; answers how many. */
export async function deleteRunsOfUser(ctx: Context, userRef: string): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    const buried = await buryRunsOfUser(tx, userRef);
    if (buried.length === 0) return 0;
    await publish(tx, runsDeleted, {
      subjectId: tx.orgId,
      data: {
        run_ids: buried.slice(0, MAX_NAMED),
        runs: buried.length,
        user_ref_sha256: createHash('sha256').update(userRef).digest('hex'),
      },
    });
    return buried.length;
  });
}
