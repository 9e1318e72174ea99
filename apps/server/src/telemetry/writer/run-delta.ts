import {
  boolean,
  type Column,
  date,
  float8,
  int4,
  int8,
  jsonb,
  numeric8,
  text,
  timestamptz,
  uuid,
} from '#server/platform/postgres/copy.ts';
import { addTokens, noTokens } from '../rollups/rollups.rules.ts';
import type { Tokens } from '../steps/step-row.ts';

/** What `run.start` says. */
export interface RunStart {
  parentRunId: string | null;
  parentStepKey: string | null;
  parentDay: number | null;
  traceId: string | null;
  taskId: string | null;
  userRef: string | null;
  session: string | null;
  name: string | null;
  entrypoint: string | null;
  sampled: boolean | null;
  inPayload: string | null;
  config: string | null;
  tags: string | null;
  replayId: string | null;
  replayOf: string | null;
}

/** What `run.end` says. */
export interface RunEnd {
  seq: number;
  status: 'ok' | 'error' | 'cancelled';
  endedAt: number;
  outcome: string | null;
  errorType: string | null;
  errorMessage: string | null;
  outPayload: string | null;
  confidence: number | null;
  score: number | null;
  expectedSteps: number | null;
}

export type RunSource = 'sdk' | 'otlp' | 'gateway';

/** What some events add to a run. Instants are microseconds since 1970, money is in 1e-8 US dollars. */
export interface RunDelta {
  orgId: string;
  day: number;
  id: string;
  agentId: string | null;
  versionId: string | null;
  producerId: string;
  source: RunSource;
  rootRunId: string;
  start: RunStart | null;
  end: RunEnd | null;
  startedAt: number;
  lastEventAt: number;
  tokens: Tokens;
  cost: number | null;
  unpricedTokens: number;
  steps: number;
  llmCalls: number;
  toolCalls: number;
  errors: number;
  blocked: number;
  retries: number;
  violations: number;
  maxSeq: number;
  /** Name of the newest step, with its sequence number. */
  currentStep: string | null;
  currentStepSeq: number;
  truncated: boolean;
}

type Identity = Pick<RunDelta, 'day' | 'id' | 'agentId' | 'versionId' | 'rootRunId'>;

/** A run to which nothing has happened yet. */
export const emptyDelta = (
  { orgId, producerId, source }: Pick<RunDelta, 'orgId' | 'producerId' | 'source'>,
  identity: Identity,
): RunDelta => ({
  orgId,
  day: identity.day,
  id: identity.id,
  agentId: identity.agentId,
  versionId: identity.versionId,
  producerId,
  source,
  rootRunId: identity.rootRunId,
  start: null,
  end: null,
  startedAt: Number.MAX_SAFE_INTEGER,
  lastEventAt: 0,
  tokens: noTokens(),
  cost: null,
  unpricedTokens: 0,
  steps: 0,
  llmCalls: 0,
  toolCalls: 0,
  errors: 0,
  blocked: 0,
  retries: 0,
  violations: 0,
  maxSeq: -1,
  currentStep: null,
  currentStepSeq: -1,
  truncated: false,
});

/** Adds what another batch says of the same run. */
export function addDelta(sum: RunDelta, more: RunDelta): void {
  sum.agentId ??= more.agentId;
  sum.versionId ??= more.versionId;
  sum.start ??= more.start;
  if (more.start) sum.rootRunId = more.rootRunId;
  if (more.end && more.end.seq > (sum.end?.seq ?? -1)) sum.end = more.end;
  sum.startedAt = Math.min(sum.startedAt, more.startedAt);
  sum.lastEventAt = Math.max(sum.lastEventAt, more.lastEventAt);
  addTokens(sum.tokens, more.tokens);
  if (more.cost !== null) sum.cost = (sum.cost ?? 0) + more.cost;
  sum.unpricedTokens += more.unpricedTokens;
  sum.steps += more.steps;
  sum.llmCalls += more.llmCalls;
  sum.toolCalls += more.toolCalls;
  sum.errors += more.errors;
  sum.blocked += more.blocked;
  sum.retries += more.retries;
  sum.violations += more.violations;
  sum.maxSeq = Math.max(sum.maxSeq, more.maxSeq);
  if (more.currentStepSeq > sum.currentStepSeq) {
    sum.currentStep = more.currentStep;
    sum.currentStepSeq = more.currentStepSeq;
  }
  sum.truncated ||= more.truncated;
}

/** Adds the runs of several batches; one row per run, sorted by key so that two writers never wait for each other. */
export function mergeDeltas(all: readonly Map<string, RunDelta>[]): RunDelta[] {
  const runs = new Map<string, RunDelta>();
  for (const deltas of all)
    for (const delta of deltas.values()) {
      const key = `${delta.orgId}${delta.id}`;
      const sum = runs.get(key) ?? emptyDelta(delta, delta);
      addDelta(sum, delta);
      runs.set(key, sum);
    }
  return [...runs.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, run]) => run);
}

/** The parameters of the run upsert: columns of `runs`, and `parent_day` to find the parent by. */
export const RUN_COLUMNS: Column<RunDelta>[] = [
  uuid('org_id', (run) => run.orgId),
  date('day', (run) => run.day),
  uuid('id', (run) => run.id),
  uuid('agent_id', (run) => run.agentId),
  uuid('version_id', (run) => run.versionId),
  uuid('producer_id', (run) => run.producerId),
  text('source', (run) => run.source),
  uuid('root_run_id', (run) => run.rootRunId),
  uuid('parent_run_id', (run) => run.start?.parentRunId),
  date('parent_day', (run) => run.start?.parentDay),
  text('parent_step_key', (run) => run.start?.parentStepKey),
  text('trace_id', (run) => run.start?.traceId),
  uuid('task_id', (run) => run.start?.taskId),
  text('user_ref', (run) => run.start?.userRef),
  text('session', (run) => run.start?.session),
  text('name', (run) => run.start?.name),
  text('entrypoint', (run) => run.start?.entrypoint),
  boolean('sampled', (run) => run.start?.sampled),
  jsonb('in_payload', (run) => run.start?.inPayload),
  jsonb('config', (run) => run.start?.config),
  jsonb('tags', (run) => run.start?.tags),
  uuid('replay_id', (run) => run.start?.replayId),
  uuid('replay_of', (run) => run.start?.replayOf),
  text('status', (run) => run.end?.status ?? 'running'),
  int8('status_seq', (run) => run.end?.seq ?? -1),
  timestamptz('ended_at', (run) => run.end?.endedAt),
  text('outcome', (run) => run.end?.outcome),
  text('error_type', (run) => run.end?.errorType),
  text('error_message', (run) => run.end?.errorMessage),
  jsonb('out_payload', (run) => run.end?.outPayload),
  float8('confidence', (run) => run.end?.confidence),
  float8('score', (run) => run.end?.score),
  int4('expected_steps', (run) => run.end?.expectedSteps),
  timestamptz('started_at', (run) => run.startedAt),
  timestamptz('last_event_at', (run) => run.lastEventAt),
  int8('tokens_input', (run) => run.tokens.input),
  int8('tokens_cache_read', (run) => run.tokens.cacheRead),
  int8('tokens_cache_write', (run) => run.tokens.cacheWrite),
  int8('tokens_output', (run) => run.tokens.output),
  int8('tokens_reasoning', (run) => run.tokens.reasoning),
  numeric8('cost_usd', (run) => run.cost),
  int8('unpriced_tokens', (run) => run.unpricedTokens),
  int4('steps', (run) => run.steps),
  int4('llm_calls', (run) => run.llmCalls),
  int4('tool_calls', (run) => run.toolCalls),
  int4('errors', (run) => run.errors),
  int4('blocked', (run) => run.blocked),
  int4('retries', (run) => run.retries),
  int4('violations', (run) => run.violations),
  int8('max_seq', (run) => run.maxSeq),
  text('current_step', (run) => run.currentStep),
  boolean('truncated', (run) => run.truncated),
];
