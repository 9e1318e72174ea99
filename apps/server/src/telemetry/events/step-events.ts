import type { RedactionSite } from '@mission-control/policy/redact';
import { writeRow } from '#server/platform/postgres/copy.ts';
import {
  type Fields,
  isFields,
  readCount,
  readInstant,
  readName,
  readObject,
  readOneOf,
  readOptional,
  readOptionalCount,
  readOptionalInt,
  readOptionalUuid,
  readProse,
  readTexts,
} from '../batches/fields.rules.ts';
import { invalid } from '../batches/rejection.ts';
import { assertTime } from '../batches/time.rules.ts';
import { toCost } from '../prices/prices.rules.ts';
import { STEP_COLUMNS, type StepRow, type Tokens } from '../steps/step-row.ts';
import { StepKind } from '../steps/steps.schema.ts';
import { defineKind, deltaOf, type LineEvent } from './draft.ts';
import { measureStep, noteCall } from './measure.ts';
import { readPayload } from './payloads.ts';

/** Steps of a run beyond this are counted, not stored. */
const MAX_STEPS = 50_000;
const MAX_ATTEMPTS = 100_000;
const MAX_KEY = 1_024;
const STATUSES = ['ok', 'error', 'blocked', 'cancelled', 'reused'] as const;

export const stepStart = defineKind<StepRow>({
  read: (event) => ({ ...readStep(event), phase: 0, status: 'running', startedAt: event.ts }),
  apply(event, step) {
    storeStep(event, step);
  },
});

export const stepEnd = defineKind<StepRow>({
  read: readStepEnd,
  apply(event, step) {
    storeStep(event, step);
    countStep(event, step);
    measureStep(event, step);
    noteCall(event, step);
  },
});

/** What `step.start` and `step.end` have in common; the rest is empty. */
function readStep(event: LineEvent): StepRow {
  const { fields, run, scope, seq } = event;
  const kind = readOneOf(fields, 'kind', StepKind.options);
  const name = readName(fields, 'name', 256);
  return {
    orgId: scope.orgId,
    day: run.day,
    runId: run.id,
    seq,
    phase: 1,
    key: readName(fields, 'key', MAX_KEY),
    parentKey: readOptional(fields, 'parent_key', MAX_KEY),
    attempt: readAttempt(fields),
    kind,
    name,
    agentId: run.agentId,
    versionId: run.versionId,
    status: '',
    startedAt: 0,
    durUs: null,
    waitUs: null,
    ttftUs: null,
    model: readOptional(fields, 'model', 200),
    provider: null,
    tokens: null,
    cost: null,
    costSource: null,
    finish: null,
    sideEffect: readOptional(fields, 'side_effect', 64),
    argsHash: readOptional(fields, 'args_hash', 128),
    idem: readOptional(fields, 'idem', 256),
    errorType: null,
    errorMessage: null,
    errorStack: null,
    inPayload: readPayload(event, 'in', toSite(kind, name, 'args')),
    outPayload: null,
    decisionId: null,
    ckpt: null,
    dataRead: null,
    dataWrite: null,
  };
}

const toSite = (kind: string, tool: string, part: 'args' | 'result'): RedactionSite | undefined =>
  kind === 'tool' ? { tool, part } : undefined;

function readStepEnd(event: LineEvent): StepRow {
  const { fields, scope } = event;
  const step = readStep(event);
  step.status = readOneOf(fields, 'status', STATUSES);
  step.startedAt = assertTime(event, readInstant(fields, 'started_at') + scope.shift, 'started_at');
  step.durUs = readCount(fields, 'dur_us');
  assertTime(event, step.startedAt + step.durUs, 'started_at + dur_us');
  step.waitUs = readOptionalCount(fields, 'wait_us');
  step.ttftUs = readOptionalCount(fields, 'ttft_us');
  step.provider = readOptional(fields, 'provider', 64);
  step.finish = readOptional(fields, 'finish', 64);
  step.outPayload = readPayload(event, 'out', toSite(step.kind, step.name, 'result'));
  step.decisionId = readOptionalUuid(fields, 'decision');
  step.ckpt = fields.ckpt === undefined || fields.ckpt === null ? null : readCheckpoint(fields);
  if (fields.tokens !== undefined && fields.tokens !== null) readUsage(event, step);
  if (fields.error !== undefined && fields.error !== null) readStepError(event, step);
  if (isFields(fields.data)) {
    step.dataRead = readTexts(fields.data, 'read', 64);
    step.dataWrite = readTexts(fields.data, 'write', 64);
  }
  return step;
}

function readAttempt(fields: Fields): number {
  if (fields.attempt === undefined || fields.attempt === 1) return 1;
  const attempt = readCount(fields, 'attempt', 1);
  if (attempt > MAX_ATTEMPTS) throw invalid(`attempt must be at most ${MAX_ATTEMPTS}.`);
  return attempt;
}

function readCheckpoint(fields: Fields): string {
  const json = JSON.stringify(fields.ckpt);
  if (json.length > 4_096) throw invalid('ckpt must be at most 4 kB of JSON.');
  return json;
}

function readUsage({ fields, scope }: LineEvent, step: StepRow): void {
  const tokens = readTokens(readObject(fields, 'tokens'));
  step.tokens = tokens;
  if (step.kind !== 'llm' || step.model === null) return;
  const told = scope.source === 'gateway' ? readToldCost(fields) : null;
  const price = told === null ? scope.findPrice(step.provider, step.model) : null;
  step.cost = told ?? (price && toCost(price, tokens));
  step.costSource = told === null ? null : 'gateway';
}

const MAX_COST_USD = 100_000;

/** What a gateway says that a call cost: it knows its own prices. In 1e-8 US dollars; null when it says nothing. */
function readToldCost({ cost_usd }: Fields): number | null {
  return typeof cost_usd === 'number' && cost_usd > 0 && cost_usd <= MAX_COST_USD ? Math.round(cost_usd * 1e8) : null;
}

const readTokens = (fields: Fields): Tokens => ({
  input: readOptionalInt(fields, 'input') ?? 0,
  cacheRead: readOptionalInt(fields, 'cache_read') ?? 0,
  cacheWrite: readOptionalInt(fields, 'cache_write') ?? 0,
  output: readOptionalInt(fields, 'output') ?? 0,
  reasoning: readOptionalInt(fields, 'reasoning') ?? 0,
});

function readStepError({ fields, scope }: LineEvent, step: StepRow): void {
  const error = readScrubbedError(readObject(fields, 'error'), scope.scrub.text.bind(scope.scrub));
  step.errorType = error.type;
  step.errorMessage = error.message;
  step.errorStack = error.stack;
}

/** `{type, message, stack}`, redacted and cut to what is useful. */
export function readScrubbedError(fields: Fields, scrub: (text: string) => string) {
  const message = readProse(fields, 'message', 65_536);
  const stack = readProse(fields, 'stack', 65_536);
  return {
    type: readProse(fields, 'type', 256),
    // Redact first, cut second: a cut secret escapes its pattern.
    message: message === null ? null : scrub(message).slice(0, 4_096).toWellFormed(),
    stack: stack === null ? null : scrub(stack).slice(0, 16_384).toWellFormed(),
  };
}

function storeStep(event: LineEvent, step: StepRow): void {
  const { draft, run } = event;
  const delta = deltaOf(event);
  if (step.phase === 1) run.steps++;
  if (run.steps > MAX_STEPS) delta.truncated = true;
  else {
    writeRow(draft.steps, STEP_COLUMNS, step);
    draft.rows++;
  }
  if (step.startedAt < delta.startedAt) delta.startedAt = step.startedAt;
  if (event.seq > delta.currentStepSeq) {
    delta.currentStep = step.name;
    delta.currentStepSeq = event.seq;
  }
}

function countStep(event: LineEvent, step: StepRow): void {
  const delta = deltaOf(event);
  delta.steps++;
  if (step.kind === 'tool') delta.toolCalls++;
  if (step.status === 'error') delta.errors++;
  if (step.status === 'blocked') delta.blocked++;
  if (step.attempt > 1) delta.retries++;
  if (step.kind !== 'llm') return;
  delta.llmCalls++;
  if (!step.tokens) return;
  delta.tokens.input += step.tokens.input;
  delta.tokens.cacheRead += step.tokens.cacheRead;
  delta.tokens.cacheWrite += step.tokens.cacheWrite;
  delta.tokens.output += step.tokens.output;
  delta.tokens.reasoning += step.tokens.reasoning;
  if (step.cost === null) delta.unpricedTokens += step.tokens.input + step.tokens.output;
  else delta.cost = (delta.cost ?? 0) + step.cost;
}
