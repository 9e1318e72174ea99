import { randomUUID } from 'node:crypto';
import { type CronJob, invalid, Refusal, type World } from '../world.ts';
import { isRecord, type Method, type Params, text } from './method.ts';

function getJob(world: World, params: Params): CronJob {
  const job = world.cron.get(text(params.id));
  if (job) return job;
  throw invalid(`Automation not found: ${text(params.id)}. List automations and retry with a current job id.`, {
    code: 'CRON_JOB_NOT_FOUND',
    jobId: params.id,
  });
}

function addJob(world: World, params: Params): unknown {
  const agentId = text(params.agentId);
  if (agentId && !world.agents.get(agentId)?.isLive) {
    throw new Refusal({ code: 'UNAVAILABLE', message: `Error: cron job agent is unavailable: ${agentId}` });
  }
  const payload = isRecord(params.payload) ? params.payload : {};
  const job: CronJob = {
    ...params,
    id: randomUUID(),
    name: text(params.name),
    payload: { ...payload, kind: text(payload.kind) },
    createdAtMs: Date.now(),
    state: {},
  };
  world.cron.set(job.id, job);
  return job;
}

function runJob(world: World, params: Params): unknown {
  const job = getJob(world, params);
  const runId = `manual:${job.id}:${Date.now()}:1`;
  world.emit('cron', { action: 'started', jobId: job.id, job });
  world.later(1, () => {
    const { exitCode, output } = runOnHost(world, job);
    const status = exitCode === 0 ? 'ok' : 'error';
    const entry = {
      ts: Date.now(),
      jobId: job.id,
      action: 'finished',
      status,
      completionStatus: exitCode === 0 ? 'succeeded' : 'failed',
      runId,
      ...(exitCode !== 0 && { error: `command exited with code ${exitCode}` }),
      diagnostics: { entries: [{ ts: Date.now(), source: 'exec', severity: 'info', message: output, exitCode }] },
      durationMs: 1,
      jobName: job.name,
    };
    world.cronRuns.set(job.id, [entry, ...(world.cronRuns.get(job.id) ?? [])]);
    world.emit('cron', { ...entry, job });
  });
  return { ok: true, enqueued: true, runId, processInstanceId: world.bootId };
}

/** Knows the one shape of command that makes a file of its input when there is none; the rest is the test's. */
function runOnHost(world: World, { payload }: CronJob): { exitCode: number; output: string } {
  const { argv = [], cwd = '', input = '' } = payload;
  const path = / cat > (\S+)$/.exec(argv[2] ?? '')?.[1];
  if (!path) return world.runCommand({ argv, cwd, input });
  const files = world.workspaces.get(cwd);
  if (!files) return { exitCode: 2, output: `cannot change to ${cwd}` };
  if (!files.has(path)) files.set(path, input);
  return { exitCode: 0, output: `command ok with no output: ${argv.map((part) => JSON.stringify(part)).join(' ')}` };
}

function listRuns(world: World, params: Params): unknown {
  const entries = world.cronRuns.get(getJob(world, params).id) ?? [];
  return { entries, total: entries.length, offset: 0, limit: 50, hasMore: false, nextOffset: null };
}

function removeJob(world: World, params: Params): unknown {
  world.cron.delete(getJob(world, params).id);
  return { ok: true, removed: true };
}

const JOB_FIELDS = ['agentId', 'enabled', 'sessionTarget', 'wakeMode', 'delivery', 'description', 'deleteAfterRun'];

export const cronMethods: Record<string, Method> = {
  'cron.add': { scope: 'admin', required: ['name', 'schedule', 'payload'], optional: JOB_FIELDS, answer: addJob },
  'cron.run': { scope: 'admin', required: ['id'], optional: ['mode'], answer: runJob },
  'cron.runs': { scope: 'read', required: ['id'], optional: ['limit', 'offset'], answer: listRuns },
  'cron.remove': { scope: 'admin', required: ['id'], answer: removeJob },
  'cron.list': {
    scope: 'read',
    required: [],
    optional: ['includeDisabled'],
    answer: ({ cron }) => ({ jobs: [...cron.values()] }),
  },
};
