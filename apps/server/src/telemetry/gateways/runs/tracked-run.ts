import type { SeenAgent } from '#server/agents/index.ts';
import { createRecord, type RunRecord, type Sent } from './record.rules.ts';

/** A run that is being followed: what is known of it, and what of that is stored. */
export interface TrackedRun {
  record: RunRecord;
  sent: Sent;
  /** Ours; null until it has a place in our tables. */
  runId: string | null;
  agent: SeenAgent | null;
  /** Whether its agent is none that we may know. */
  isForeign: boolean;
  taskId: string | null;
  /** Whether another run works on its message. */
  isClaimed: boolean;
  nextSeq: number;
  /** The numbers of its frames that came, and the highest of them. */
  frames: { seen: Set<number>; highest: number };
}

export const createTrackedRun = (run: string, now: number): TrackedRun => ({
  record: createRecord(run, now),
  sent: { start: false, end: false, open: new Set(), closed: new Set() },
  runId: null,
  agent: null,
  isForeign: false,
  taskId: null,
  isClaimed: false,
  nextSeq: 0,
  frames: { seen: new Set(), highest: 0 },
});

/** Notes the number of a frame: it counts the frames of a run over all its streams, from 1. */
export function noteFrame({ frames }: TrackedRun, seq: number): void {
  frames.seen.add(seq);
  frames.highest = Math.max(frames.highest, seq);
}

/** Whether frames of the run are missing. */
export const hasHole = ({ frames }: TrackedRun): boolean => frames.seen.size < frames.highest;

/** What was missed was read elsewhere. */
export function forgetHoles({ frames }: TrackedRun): void {
  for (let seq = 1; seq <= frames.highest; seq++) frames.seen.add(seq);
}
