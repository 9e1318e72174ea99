import { z } from 'zod';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import type { WorkJob, WorkKind } from '#server/platform/jobs/work/work.ts';
import { Problem } from '#server/platform/problem.ts';
import { findAgentRow } from '../registry/agent-rows.store.ts';
import { agentProvisionFailed, agentUpdateFailed } from '../registry/agents.events.ts';
import { publishUpdated } from '../registry/agents.service.ts';
import { findAgent } from '../registry/agents.store.ts';
import { isRetryable } from '../remote/refusals.ts';
import { requestWake } from '../wakes/wakes.service.ts';
import { type Pass, runSteps, toCause, toPass } from './pass.ts';
import { findSteps, isCurrent, saveFailed, saveSteady, saveWriting } from './reconcile.store.ts';
import { createStepLog } from './step-log.ts';
import { planSteps, toPassEnd, toPassRetryMs } from './steps.rules.ts';
import type { StepKind } from './steps.schema.ts';
import { STEPS } from './steps.ts';

const Payload = z.object({
  agent_id: z.uuid(),
  generation: z.int(),
  action: z.enum(['provision', 'update']),
  options: z.object({
    reset_session: z.boolean().default(false),
    force_bootstrap: z.boolean().default(false),
    overwrite: z.boolean().default(false),
    overwrite_files: z.array(z.string()).default([]),
    rotate_token: z.boolean().default(false),
    user_id: z.uuid().nullable().default(null),
  }),
});
type Payload = z.infer<typeof Payload>;

/** What became of a pass. */
export interface ReconcileResult {
  outcome: 'steady' | 'superseded' | 'unmanaged';
  files_written: number;
  files_unchanged: number;
  /** The credential that stood there was not the agent's, and nobody had asked for another one. */
  token_replaced: boolean;
}

const toResult = (outcome: ReconcileResult['outcome'], pass?: Pass): ReconcileResult => ({
  outcome,
  files_written: pass?.filesWritten ?? 0,
  files_unchanged: pass?.filesUnchanged ?? 0,
  token_replaced: pass?.tokenReplaced ?? false,
});

/** Makes an agent's gateway the same as its row; goes on, ever more seldom, until that is so or the row changes. */
export const reconcileWork: WorkKind = {
  retryAfterMs: toPassRetryMs,
  async run(ctx, job): Promise<ReconcileResult> {
    const request = Payload.parse(job.payload);
    const row = await findAgentRow(ctx, request.agent_id);
    if (!row || row.lifecycle_generation !== request.generation) return toResult('superseded');
    const pass = await toPass(ctx, row, request.options, { isFirst: request.action === 'provision' });
    if (!pass || !row.managed) return toResult('unmanaged');
    try {
      return await runPass(pass, job, request);
    } catch (error) {
      if (!(await isCurrent(ctx, row.id, request.generation))) return toResult('superseded', pass);
      throw await noteFailure(ctx, job, request, error);
    }
  },
};

async function runPass(pass: Pass, job: WorkJob, { generation, options }: Payload): Promise<ReconcileResult> {
  const { ctx, agent, isFirst } = pass;
  const earlier = await findSteps(ctx, job.id);
  const isDone = (step: StepKind) => earlier.some(({ kind, state }) => kind === step && state === 'done');
  // A try that comes after one that failed later on gives no further token.
  if (isDone('credential')) pass.rotateToken = false;
  const plan = planSteps({
    adopted: agent.adopted,
    isFirst,
    resetSession: options.reset_session,
    wasReset: isDone('reset'),
  });
  await inTransaction(ctx, (tx) => saveWriting(tx, agent.id, generation));
  const log = createStepLog(ctx, { jobId: job.id, agentId: agent.id }, plan);
  const isComplete = await runSteps(pass, STEPS, log, {
    until: toPassEnd(ctx.now(), agent.transition_deadline_at),
    isCurrent: () => isCurrent(ctx, agent.id, generation),
  });
  const isSteady = isComplete && (await inTransaction(ctx, (tx) => settle(tx, pass, generation)));
  return toResult(isSteady ? 'steady' : 'superseded', pass);
}

/** A new agent is woken; it is ready without a sign of life. */
async function settle(tx: TxContext, pass: Pass, generation: number): Promise<boolean> {
  const { agent, workspacePath, credentialMode, isFirst } = pass;
  if (!(await saveSteady(tx, agent.id, generation, { workspacePath, credentialMode }))) return false;
  if (isFirst) await requestWake(tx, agent.id);
  await publishUpdated(tx, agent.id, ['lifecycle_state']);
  return true;
}

/** What the outbox is to be told: whatever failed may go well another time, when a person or the gateway changed it. */
async function noteFailure(
  ctx: Context,
  { id, attempts }: WorkJob,
  { agent_id, generation, action }: Payload,
  error: unknown,
): Promise<unknown> {
  const { code, message } = toCause(error);
  const retryAt = new Date(ctx.now().getTime() + toPassRetryMs(attempts));
  await inTransaction(ctx, async (tx) => {
    if (!(await saveFailed(tx, agent_id, generation, { code, message, retryAt }))) return;
    const agent = await findAgent(tx, agent_id);
    if (!agent) return;
    const event = action === 'provision' ? agentProvisionFailed : agentUpdateFailed;
    await publish(tx, event, { subjectId: agent_id, boardId: agent.board_id, data: { agent } });
  });
  if (!(error instanceof Problem)) {
    ctx.log.error({ err: error, job_id: id }, 'a step failed here');
    return error;
  }
  return isRetryable(error) ? error : new Problem(code, error.status, message, { isRetryable: true });
}
