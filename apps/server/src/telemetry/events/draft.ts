import type { NewViolation } from '#server/governance/index.ts';
import { ByteBuffer } from '#server/platform/postgres/byte-buffer.ts';
import type { Fields } from '../batches/fields.rules.ts';
import type { SeqWindow } from '../batches/seq-window.ts';
import type { BlobRef, BlobRow } from '../blobs/blob-row.ts';
import type { createPriceLookup } from '../prices/prices.rules.ts';
import type { Scrubber } from '../redaction/scrub.ts';
import type { Occurrence } from '../rollups/calls.ts';
import { type CapValue, createRollups, type Rollups } from '../rollups/rollups.rules.ts';
import { emptyDelta, type RunDelta, type RunSource } from '../writer/run-delta.ts';

/** What this instance knows of a run that is being reported. Rebuilt from the database when it is not known. */
export interface LiveRun {
  id: string;
  /** The UTC day in its id, counted from 1970-01-01. */
  day: number;
  agentId: string | null;
  versionId: string | null;
  rootRunId: string;
  /** Microseconds since 1970; until run.start is seen, the instant in the id. */
  startedAt: number;
  steps: number;
  sampled: boolean | null;
  /** Whether it repeats what was recorded. */
  isReplay: boolean;
  window: SeqWindow;
  /** Why its events are refused: its agent is none of the process's. */
  refused: string | null;
}

/** What everything in a batch shares. */
export interface BatchScope {
  orgId: string;
  producerId: string;
  /** Where the events come from. */
  source: RunSource;
  /** Microseconds since 1970: when the batch was read. */
  now: number;
  /** Added to every instant of the batch, microseconds. */
  shift: number;
  scrub: Scrubber;
  findPrice: ReturnType<typeof createPriceLookup>;
  capValue: CapValue;
}

/** What a batch will store: rows encoded for COPY, and sums. Nothing of it is visible before the flush commits. */
export interface Draft {
  steps: ByteBuffer;
  events: ByteBuffer;
  decisions: ByteBuffer;
  /** How many rows those three hold. */
  rows: number;
  violations: NewViolation[];
  runs: Map<string, RunDelta>;
  rollups: Rollups;
  /** What breakers count. */
  occurrences: Occurrence[];
  /** By day and hash. */
  blobs: Map<string, BlobRow>;
  /** By run and hash. */
  refs: Map<string, BlobRef>;
}

export const createDraft = (bytes: number): Draft => ({
  steps: new ByteBuffer(bytes),
  events: new ByteBuffer(256),
  decisions: new ByteBuffer(256),
  rows: 0,
  violations: [],
  runs: new Map(),
  rollups: createRollups(),
  occurrences: [],
  blobs: new Map(),
  refs: new Map(),
});

/** One line being read. */
export interface LineEvent {
  scope: BatchScope;
  draft: Draft;
  fields: Fields;
  run: LiveRun;
  seq: number;
  /** Microseconds since 1970, by the server's clock. */
  ts: number;
}

/** The sums of the event's run in this batch. */
export function deltaOf({ draft, run, scope }: LineEvent): RunDelta {
  const known = draft.runs.get(run.id);
  if (known) return known;
  const made = emptyDelta(scope, run);
  draft.runs.set(run.id, made);
  return made;
}

/** How one type of event is read and, when it is sound, applied. Reading changes nothing but adds blobs. */
export interface EventKind<Row> {
  read(event: LineEvent): Row;
  apply(event: LineEvent, row: Row): void;
}

export const defineKind = <Row>(kind: EventKind<Row>): EventKind<unknown> => kind as EventKind<unknown>;
