import { z } from 'zod';
import { type Platform, systemContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import { Problem } from '#server/platform/problem.ts';
import { cleanUp } from './clean-up.ts';
import { cleanupFailed } from './cleanups.events.ts';
import { findCleanup, saveCleanupDone, saveCleanupFailure, takeOrphan } from './cleanups.store.ts';

const ORPHAN_RETRY_MS = 600_000;

const Payload = z.object({ cleanup_id: z.uuid(), gateway_id: z.uuid(), gateway_agent_id: z.string() });

/** Removes one agent from its gateway; done already is done. */
export const cleanUpWork: WorkKind = {
  async run(ctx, job) {
    const { cleanup_id: id } = Payload.parse(job.payload);
    const cleanup = await findCleanup(ctx, id);
    if (!cleanup) return;
    try {
      await cleanUp(ctx, cleanup);
      await saveCleanupDone(ctx, id);
    } catch (error) {
      await saveCleanupFailure(ctx, id, { error: toError(error), nextAt: ctx.now() });
      throw toRetried(error);
    }
  },
  async whenGivenUp(tx, job, error) {
    const { cleanup_id: id, gateway_id, gateway_agent_id } = Payload.parse(job.payload);
    await saveCleanupFailure(tx, id, { error, nextAt: null });
    await publish(tx, cleanupFailed, { subjectId: gateway_id, data: { gateway_agent_id, error } });
  },
};

/** Somebody may mend a gateway's token or its certificate meanwhile: all that keeps us out is tried again. */
const toRetried = (error: unknown): unknown =>
  error instanceof Problem && !error.isRetryable
    ? new Problem(error.code, error.status, error.message, { isRetryable: true })
    : error;

const toError = (error: unknown) =>
  error instanceof Problem
    ? { code: error.code, message: error.message }
    : { code: 'internal', message: 'The clean-up failed on this server.' };

/** Cleans up what deleted organizations left on gateways: their jobs went with them. */
export async function cleanUpOrphans(platform: Platform): Promise<void> {
  for (let row = await takeOrphan(platform, ORPHAN_RETRY_MS); row; row = await takeOrphan(platform, ORPHAN_RETRY_MS)) {
    const ctx = systemContext(platform, row.org_id);
    try {
      await cleanUp(ctx, row, { isOrphan: true });
      await saveCleanupDone(ctx, row.id);
    } catch (error) {
      const nextAt = new Date(platform.now().getTime() + ORPHAN_RETRY_MS);
      await saveCleanupFailure(ctx, row.id, { error: toError(error), nextAt });
    }
  }
}
