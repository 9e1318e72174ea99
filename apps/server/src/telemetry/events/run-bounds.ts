import {
  type Fields,
  readObject,
  readOneOf,
  readOptional,
  readOptionalInt,
  readOptionalUuid,
  readProse,
  readShare,
} from '../batches/fields.rules.ts';
import { instantOfUuid, isUuid, toDay } from '../batches/instants.rules.ts';
import { invalid } from '../batches/rejection.ts';
import type { RunEnd, RunStart } from '../writer/run-delta.ts';
import { defineKind, deltaOf, type LineEvent } from './draft.ts';
import { measureRunEnd, measureRunStart } from './measure.ts';
import { readPayload } from './payloads.ts';
import { readScrubbedError } from './step-events.ts';

const MAX_TAGS = 16;
const TRACE = /^[0-9a-f]{32}$/;

export const runStart = defineKind<RunStart>({
  read: readRunStart,
  apply(event, start) {
    const delta = deltaOf(event);
    const { run, ts } = event;
    run.sampled = start.sampled;
    run.startedAt = ts;
    delta.start = start;
    delta.agentId = run.agentId;
    delta.versionId = run.versionId;
    delta.rootRunId = run.rootRunId;
    if (ts < delta.startedAt) delta.startedAt = ts;
    measureRunStart(event);
  },
});

/** The parent that a run claims; its step may be absent. */
function readParent(fields: Fields): { runId: string | null; stepKey: string | null } {
  const parent = readObject(fields, 'parent');
  const runId = readOptionalUuid(parent, 'run');
  if (runId !== null && instantOfUuid(runId) === undefined) throw invalid('parent.run must be a UUIDv7.');
  return { runId, stepKey: readOptional(parent, 'step', 1_024) };
}

/** The root run that a trace id names: its own id, unless the trace came from elsewhere. */
export function toRootOfTrace(trace: unknown): string | null {
  if (typeof trace !== 'string' || !TRACE.test(trace)) return null;
  const id = `${trace.slice(0, 8)}-${trace.slice(8, 12)}-${trace.slice(12, 16)}-${trace.slice(16, 20)}-${trace.slice(20)}`;
  return instantOfUuid(id) !== undefined && isUuid(id) ? id : null;
}

function readRunStart(event: LineEvent): RunStart {
  const { fields, run, scope } = event;
  const parent = readParent(fields);
  const replay = readObject(fields, 'replay');
  return {
    parentRunId: parent.runId,
    parentStepKey: parent.stepKey,
    parentDay: parent.runId === null ? null : toDay((instantOfUuid(parent.runId) ?? 0) * 1_000),
    traceId: readTrace(fields, run.rootRunId),
    taskId: readOptionalUuid(fields, 'task'),
    userRef: readOptional(fields, 'user', 256),
    session: readOptional(fields, 'session', 256),
    name: readOptional(fields, 'name', 256),
    entrypoint: readOptional(fields, 'entrypoint', 256),
    sampled: typeof fields.sampled === 'boolean' ? fields.sampled : null,
    inPayload: readPayload(event, 'input'),
    config: readPayload(event, 'config'),
    tags: readTags(fields, scope.scrub.text.bind(scope.scrub)),
    replayId: readOptionalUuid(replay, 'id'),
    replayOf: readOptionalUuid(replay, 'of'),
  };
}

/** null when the trace is the root run's id, as it is unless it came from elsewhere. */
function readTrace(fields: Fields, rootRunId: string): string | null {
  const trace = readOptional(fields, 'trace', 32);
  if (trace === null || trace === rootRunId.replaceAll('-', '')) return null;
  if (TRACE.test(trace)) return trace;
  throw invalid('trace must be 32 hex digits.');
}

function readTags(fields: Fields, scrub: (text: string) => string): string | null {
  const tags = Object.entries(readObject(fields, 'tags'));
  if (tags.length === 0) return null;
  const isValid = ([key, value]: [string, unknown]) =>
    key.length <= 64 && typeof value === 'string' && value.length <= 256;
  if (tags.length > MAX_TAGS || !tags.every(isValid)) throw invalid(`tags must be at most ${MAX_TAGS} short texts.`);
  return JSON.stringify(Object.fromEntries(tags.map(([key, value]) => [key, scrub(value as string)])));
}

export const runEnd = defineKind<RunEnd>({
  read: readRunEnd,
  apply(event, end) {
    const delta = deltaOf(event);
    if (end.seq > (delta.end?.seq ?? -1)) delta.end = end;
    measureRunEnd(event, end);
  },
});

function readRunEnd(event: LineEvent): RunEnd {
  const { fields, scope, seq, ts } = event;
  const scrub = scope.scrub.text.bind(scope.scrub);
  const error = readScrubbedError(readObject(fields, 'error'), scrub);
  const outcome = readProse(fields, 'outcome', 65_536);
  return {
    seq,
    status: readOneOf(fields, 'status', ['ok', 'error', 'cancelled']),
    endedAt: ts,
    outcome: outcome === null ? null : scrub(outcome).slice(0, 4_096).toWellFormed(),
    errorType: error.type,
    errorMessage: error.message,
    outPayload: readPayload(event, 'out'),
    confidence: readShare(fields, 'confidence'),
    score: readShare(fields, 'score'),
    expectedSteps: readOptionalInt(fields, 'steps'),
  };
}
