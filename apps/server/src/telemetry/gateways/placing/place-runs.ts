import { ensureGatewayAgent } from '#server/agents/index.ts';
import { ensureGatewayRuns } from '#server/gateways/index.ts';
import type { Context } from '#server/platform/context.ts';
import { isFields } from '../../batches/fields.rules.ts';
import type { Payload } from '../facts/fact.ts';
import { addFact, type RunRecord } from '../runs/record.rules.ts';
import type { TrackedRun } from '../runs/tracked-run.ts';
import { findMessageTasks, findStoredRuns, findStoredSteps, type StoredStep } from './placing.store.ts';
import { toTaskOfSession } from './session-task.rules.ts';

/**
 * Gives runs their place in our tables: their id, agent and task, and what is stored of them already. A run of an agent
 * that we may not know is left unplaced.
 */
export async function placeRuns(ctx: Context, gatewayId: string, runs: readonly TrackedRun[]): Promise<void> {
  const placeable = await findAgents(ctx, gatewayId, runs);
  if (placeable.length === 0) return;
  const ids = await ensureGatewayRuns(
    ctx,
    gatewayId,
    placeable.map(({ record }) => ({ externalRunId: record.run, startedAt: startOf(record) })),
  );
  const runIds = new Map(ids.map(({ external_run_id, run_id }) => [external_run_id, run_id]));
  const all = [...runIds.values()];
  const [stored, steps, tasks] = await Promise.all([
    findStoredRuns(ctx, all),
    findStoredSteps(ctx, all),
    findMessageTasks(ctx, [...runIds.keys()]),
  ]);
  for (const run of placeable) {
    const runId = runIds.get(run.record.run);
    if (runId === undefined) continue; // the gateway was deleted meanwhile
    run.runId = runId;
    run.taskId = toTaskOfSession(run.record.sessionKey) ?? tasks.get(run.record.run) ?? null;
    const known = stored.find(({ id }) => id === runId);
    if (known) {
      run.sent.start = true;
      run.sent.end = known.is_ended;
      run.nextSeq = known.max_seq + 1;
    }
    for (const step of steps) if (step.run_id === runId) restoreStep(run, step);
  }
}

/** No later than now: the gateway's clock may be ahead. */
const startOf = ({ startedAt, heardAt }: RunRecord): number => Math.min(startedAt?.value ?? heardAt, heardAt);

async function findAgents(ctx: Context, gatewayId: string, runs: readonly TrackedRun[]): Promise<TrackedRun[]> {
  for (const gatewayAgentId of new Set(runs.map(({ record }) => record.agentId))) {
    const agent = gatewayAgentId === null ? undefined : await ensureGatewayAgent(ctx, gatewayId, gatewayAgentId);
    for (const run of runs) {
      if (run.record.agentId !== gatewayAgentId) continue;
      run.agent = agent ?? null;
      run.isForeign = agent === undefined;
    }
  }
  return runs.filter(({ isForeign }) => !isForeign);
}

/** Takes up what was stored of a step before this process heard of its run. */
function restoreStep({ record, sent }: TrackedRun, step: StoredStep): void {
  if (step.phase === 1) {
    sent.closed.add(step.key);
    return;
  }
  sent.open.add(step.key);
  const { key, name, parent_key: toolKey, in_payload: stored } = step;
  const at = Date.parse(step.started_at);
  const fact = { run: record.run, sessionKey: null, agentId: null, at };
  const heardAt = record.lastHeardAt;
  if (step.kind === 'human') {
    addFact(record, { ...fact, t: 'person.asked', key, toolKey, what: toPayload(stored), askedAt: at }, heardAt);
    return;
  }
  addFact(record, { ...fact, t: 'tool.named', key, name }, heardAt);
  addFact(record, { ...fact, t: 'tool.started', key, startedAt: at, rank: 1.5 }, heardAt);
  addFact(record, { ...fact, t: 'tool.asked', key, args: toPayload(stored), rank: 0 }, heardAt);
}

const toPayload = (stored: unknown): Payload => (isFields(stored) ? stored : { x: 'dropped', size: 0 });
