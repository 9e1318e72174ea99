import { forgetRunsOfViolations } from '#server/governance/index.ts';
import { inTransaction, type Platform, systemContext } from '#server/platform/context.ts';
import { removeEventsOf } from '#server/platform/events/events.store.ts';
import { eraseBlobs, eraseRows, type Grave, listGraves, saveErased } from './erasure.store.ts';

const BATCH = 200;

/** Removes all that is left of runs that were deleted, and what came of them since. */
export async function eraseRuns(platform: Platform): Promise<void> {
  while (true) {
    const graves = await listGraves(platform, BATCH);
    for (const orgId of new Set(graves.map(({ org_id }) => org_id)))
      await erase(
        platform,
        orgId,
        graves.filter(({ org_id }) => org_id === orgId),
      );
    if (graves.length < BATCH) return;
  }
}

async function erase(platform: Platform, orgId: string, graves: readonly Grave[]): Promise<void> {
  const ctx = systemContext(platform, orgId);
  const ids = graves.map(({ run_id }) => run_id);
  await inTransaction(ctx, async (tx) => {
    await eraseRows(tx.db, graves);
    await removeEventsOf(tx.db, orgId, 'run', ids);
    await forgetRunsOfViolations(tx, ids);
  });
  // By itself, for no batch is written meanwhile.
  await inTransaction(ctx, async (tx) => {
    await eraseBlobs(tx.db, graves);
    await saveErased(tx, graves);
  });
}
