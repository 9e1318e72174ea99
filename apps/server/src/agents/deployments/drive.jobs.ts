import { type Context, inTransaction } from '#server/platform/context.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import type { WorkJob, WorkKind } from '#server/platform/jobs/work/work.ts';
import { Problem } from '#server/platform/problem.ts';
import { findStoredTarget, type StoredTarget } from '../deploy-targets/deploy-targets.store.ts';
import type { SwapState } from '../deploy-targets/drivers/driver.ts';
import { driverOf } from '../deploy-targets/drivers/drivers.ts';
import { FOLLOW, queueOf, toRetryMs } from './deployments.service.ts';
import { failDeployment } from './outcomes/outcomes.service.ts';
import { findOrder, lockSwitching, saveAttempt, saveOutcome } from './outcomes/outcomes.store.ts';

const FOLLOW_EVERY_MS = 5_000;
const ROLLOUT_MS = 10 * 60_000;

const idOf = ({ payload }: WorkJob): string => String(payload.deployment_id);

/** Calls the target; the deployment's id keeps a call that is made twice from swapping twice. */
export const driveDeployment: WorkKind = {
  retryAfterMs: toRetryMs,
  whenGivenUp: (tx, job, error) => failDeployment(tx, idOf(job), error),
  async run(ctx, job) {
    const id = idOf(job);
    const found = await findOrder(ctx, id);
    if (!found) return undefined; // superseded, or taken already
    const { target_id, ...order } = found;
    const target = await getTarget(ctx, target_id);
    const state = await attempt(ctx, id, () => driverOf(target).swap(ctx, target, order));
    await proceed(ctx, id, state, ctx.now().getTime() + ROLLOUT_MS);
    return { state };
  },
};

/** Looks how far the rollout is, and comes again until it is done or ten minutes have passed. */
export const followDeployment: WorkKind = {
  retryAfterMs: () => FOLLOW_EVERY_MS,
  whenGivenUp: (tx, job, error) => failDeployment(tx, idOf(job), error),
  async run(ctx, job) {
    const id = idOf(job);
    const found = await findOrder(ctx, id);
    if (!found) return undefined;
    const target = await getTarget(ctx, found.target_id);
    const until = Number(job.payload.until);
    const state = (await driverOf(target).follow?.(ctx, target)) ?? 'accepted';
    if (state === 'rolling' && ctx.now().getTime() >= until)
      throw new Problem('target.rollout_late', 502, 'The rollout was not done within ten minutes.', {
        isRetryable: false,
      });
    await proceed(ctx, id, state, until);
    return { state };
  },
};

async function getTarget(ctx: Context, id: string | null): Promise<StoredTarget> {
  const target = id === null ? undefined : await findStoredTarget(ctx, id);
  if (!target) throw new Problem('deploy_target.not_found', 404, 'The deployment target is gone.');
  return target;
}

/** Makes a call and keeps how it ended. */
async function attempt(ctx: Context, id: string, call: () => Promise<SwapState>): Promise<SwapState> {
  const at = ctx.now().toISOString();
  try {
    const state = await call();
    await saveAttempt(ctx, id, { at, ok: true, code: null, message: null });
    return state;
  } catch (error) {
    const { code, message } = error instanceof Problem ? error : { code: 'internal', message: 'The call failed here.' };
    await saveAttempt(ctx, id, { at, ok: false, code, message });
    throw error;
  }
}

function proceed(ctx: Context, id: string, state: SwapState, until: number): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const deployment = await lockSwitching(tx, id);
    if (!deployment) return;
    if (state === 'accepted') return saveOutcome(tx, id, { accepted_at: tx.now() });
    await enqueueWork(tx, {
      kind: FOLLOW,
      subject: { kind: 'agent', id: deployment.agent_id },
      queue: queueOf(deployment.agent_id),
      payload: { deployment_id: id, until },
      runAt: new Date(tx.now().getTime() + FOLLOW_EVERY_MS),
    });
  });
}
