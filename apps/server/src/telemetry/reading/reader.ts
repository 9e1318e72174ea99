import type { ProcessAgent } from '#server/agents/index.ts';
import { parseLine } from '../batches/clean.rules.ts';
import { type Fields, isFields, readCount, readInstant } from '../batches/fields.rules.ts';
import { isUuid } from '../batches/instants.rules.ts';
import { invalid, Rejection } from '../batches/rejection.ts';
import { assertTime, toRunDay } from '../batches/time.rules.ts';
import { readBlobLine } from '../events/blob-lines.ts';
import {
  type BatchScope,
  createDraft,
  type Draft,
  deltaOf,
  type EventKind,
  type LineEvent,
  type LiveRun,
} from '../events/draft.ts';
import { EVENT_KINDS } from '../events/kinds.ts';

const MAX_LINE_LENGTH = 512 * 1024;
const MAX_LISTED = 100;
/** About what a row takes of its line: saves the encoder from growing step by step. */
const ROW_SHARE = 0.8;

/** A run that the batch speaks of. */
export interface RunSlot {
  id: string;
  day: number;
  /** The fields of its run.start, when that is in the batch. */
  start: Fields | undefined;
  /** Known from the second pass on. */
  run: LiveRun | undefined;
  /** The code for which its lines are refused. */
  refused: string | null;
}

/** A line that was parsed, before its run is known. */
export interface ParsedLine {
  line: number;
  kind: EventKind<unknown>;
  fields: Fields;
  slot: RunSlot;
  seq: number;
}

export interface RejectedLine {
  line: number;
  code: string;
  detail: string;
}

/** Reads the lines of one batch, in two passes: the runs they speak of may have to be looked up between them. */
export interface BatchReader {
  draft: Draft;
  accepted: number;
  ignored: number;
  rejected: RejectedLine[];
  rejectedTotal: number;
  parsed: ParsedLine[];
  /** By run id as written. */
  slots: Map<unknown, RunSlot>;
}

export interface ReaderScope extends BatchScope {
  oldestDay: number;
  agents: readonly ProcessAgent[];
}

/**
 * First pass: parses every line and stores blobs in the draft. Takes the lines: their text must not stay in memory while
 * the batch waits for its commit.
 */
export function parseLines(scope: ReaderScope, lines: string[], bytes: number): BatchReader {
  const draft = createDraft(Math.ceil(bytes * ROW_SHARE) + 1_024);
  const reader: BatchReader = {
    draft,
    accepted: 0,
    ignored: 0,
    rejected: [],
    rejectedTotal: 0,
    parsed: [],
    slots: new Map(),
  };
  let line = 1;
  for (const text of lines) {
    line++;
    try {
      if (text !== '') parseOne(scope, reader, text, line);
    } catch (error) {
      reject(reader, line, error);
    }
  }
  lines.length = 0;
  return reader;
}

/** A rejection costs only its own line; anything else is ours and ends the batch. */
function reject(reader: BatchReader, line: number, error: unknown): void {
  if (!(error instanceof Rejection)) throw error;
  reader.rejectedTotal++;
  if (reader.rejected.length < MAX_LISTED) reader.rejected.push({ line, code: error.code, detail: error.message });
}

function parseOne(scope: ReaderScope, reader: BatchReader, text: string, line: number): void {
  if (text.length > MAX_LINE_LENGTH) throw new Rejection('event.too_large', 'A line may have 512 KiB.');
  const fields = parseLine(text);
  if (!isFields(fields)) throw new Rejection('event.unreadable', 'The line is no JSON object.');
  if (fields.t === 'blob') {
    readBlobLine(scope, reader.draft, fields, scope.oldestDay);
    reader.accepted++;
    return;
  }
  const kind = EVENT_KINDS.get(fields.t);
  if (!kind) {
    reader.ignored++;
    return;
  }
  const slot = reader.slots.get(fields.run) ?? addSlot(scope, reader, fields.run);
  const seq = readCount(fields, 'seq');
  if (fields.t === 'run.start') slot.start ??= fields;
  reader.parsed.push({ line, kind, fields, slot, seq });
}

function addSlot({ now, oldestDay }: ReaderScope, { slots }: BatchReader, written: unknown): RunSlot {
  if (!isUuid(written)) throw invalid('run must be a UUID.');
  const id = written.toLowerCase();
  const slot: RunSlot = { id, day: toRunDay(id, now, oldestDay), start: undefined, run: undefined, refused: null };
  slots.set(written, slot);
  return slot;
}

/** Second pass, when every slot has its run: reads and applies every event to the draft. */
export function readEvents(scope: ReaderScope, reader: BatchReader): void {
  for (const line of reader.parsed) {
    try {
      readEvent(scope, reader, line);
    } catch (error) {
      reject(reader, line.line, error);
    }
  }
  reader.parsed = [];
  reader.slots.clear();
}

function readEvent(scope: ReaderScope, reader: BatchReader, line: ParsedLine): void {
  const { draft } = reader;
  const { fields, kind, seq, slot } = line;
  const run = getRun(slot);
  const event = { scope, draft, fields, run, seq, ts: readInstant(fields, 'ts') + scope.shift };
  assertTime(event, event.ts, 'ts');
  const row = kind.read(event);
  if (!run.window.take(seq))
    throw new Rejection('event.bad_seq', `Sequence number ${seq} of this run was seen before.`);
  kind.apply(event, row);
  noteProgress(event);
  reader.accepted++;
}

function noteProgress(event: LineEvent): void {
  const delta = deltaOf(event);
  if (event.seq > delta.maxSeq) delta.maxSeq = event.seq;
  if (event.ts > delta.lastEventAt) delta.lastEventAt = event.ts;
  if (event.ts < delta.startedAt) delta.startedAt = event.ts;
}

/** The run of a line. Throws `agent.not_enrolled`, `agent.retired`. */
function getRun({ run, refused }: RunSlot): LiveRun {
  if (refused !== null || run === undefined) throw refuse(refused ?? 'agent.not_enrolled');
  return run;
}

const refuse = (code: string): Rejection =>
  code === 'agent.retired'
    ? new Rejection(code, 'The agent was retired more than ten minutes ago.')
    : new Rejection(code, 'The run’s agent is none of those that this process enrolled.');
