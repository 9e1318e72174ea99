import type { Platform } from '#server/platform/context.ts';
import { createLiveRuns, type LiveRuns } from '../batches/live-runs.ts';
import { findStoredRuns } from '../ingest/ingest.store.ts';
import type { BatchText } from './lines.ts';
import { type BatchReader, parseLines, type ReaderScope, readEvents } from './reader.ts';
import { findUnknownRuns, resolveRuns } from './resolve.ts';
import { createTurns } from './turns.ts';

/** Reads batches, knowing the runs that this instance is being told about. */
export interface BatchReading {
  liveRuns: LiveRuns;
  /** `bytes` is the size of the body. */
  read(scope: ReaderScope, text: BatchText, bytes: number): Promise<BatchReader>;
}

export function createBatchReading({ db }: Platform): BatchReading {
  const liveRuns = createLiveRuns();
  const nextTurn = createTurns();
  return {
    liveRuns,
    async read(scope, { lines }, bytes) {
      await nextTurn();
      const reader = parseLines(scope, lines, bytes);
      const unknown = findUnknownRuns(liveRuns, scope.orgId, reader.slots.values());
      const stored = unknown.length > 0 ? await findStoredRuns(db, scope.orgId, unknown) : [];
      resolveRuns(scope, liveRuns, reader.slots.values(), stored);
      readEvents(scope, reader);
      return reader;
    },
  };
}
