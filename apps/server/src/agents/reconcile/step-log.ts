import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { findAgent } from '../registry/agents.store.ts';
import { agentProgressed } from './reconcile.events.ts';
import { saveSteps } from './reconcile.store.ts';
import type { StepKind, StepRecord } from './steps.schema.ts';

/** The steps of one pass as its job keeps them; every change is written and shown at once. */
export interface StepLog {
  /** Those that are still to be done, in order. */
  pending(): StepKind[];
  begin(kind: StepKind): Promise<void>;
  end(kind: StepKind, state: 'done' | 'skipped'): Promise<void>;
  /** A try that failed; `isLast` when there is no other. */
  fail(kind: StepKind, error: { code: string; message: string }, isLast: boolean): Promise<void>;
}

export function createStepLog(ctx: Context, of: { jobId: string; agentId: string }, planned: StepRecord[]): StepLog {
  const steps = structuredClone(planned);
  const find = (kind: StepKind): StepRecord => {
    const step = steps.find((one) => one.kind === kind);
    if (!step) throw new Error(`no step ${kind} in this plan`);
    return step;
  };
  const save = () =>
    inTransaction(ctx, async (tx) => {
      await saveSteps(tx, of.jobId, steps);
      const agent = await findAgent(tx, of.agentId);
      if (!agent) return; // it goes: whoever removes it says so
      const data = { agent, job_id: of.jobId, steps };
      await publish(tx, agentProgressed, { subjectId: of.agentId, boardId: agent.board_id, data });
    });
  const at = () => ctx.now().toISOString();
  return {
    pending: () => steps.filter(({ state }) => state === 'pending').map(({ kind }) => kind),
    async begin(kind) {
      const step = find(kind);
      Object.assign(step, { state: 'running', attempts: step.attempts + 1, started_at: step.started_at ?? at() });
      await save();
    },
    /** Not written by itself: the next step's beginning, or the end of the pass, writes it in the same breath. */
    async end(kind, state) {
      Object.assign(find(kind), { state, ended_at: at(), error: null });
      if (steps.every((step) => step.state === 'done' || step.state === 'skipped')) await save();
    },
    async fail(kind, error, isLast) {
      Object.assign(find(kind), { error, ...(isLast ? { state: 'failed', ended_at: at() } : {}) });
      await save();
    },
  };
}
