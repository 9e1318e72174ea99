import { createBreakerWatch } from '#server/governance/index.ts';
import type { Platform } from '#server/platform/context.ts';
import type { BatchText } from '../reading/lines.ts';
import { createBatchReading } from '../reading/read-batch.ts';
import type { BatchReader, ReaderScope } from '../reading/reader.ts';
import type { CommittedAnswer, StoredAnswer } from '../writer/batch.ts';
import { createWriter, type Writer } from '../writer/writer.ts';
import { createKeepers } from './keepers.ts';
import { createNeeds } from './needs.ts';

const WRITERS = 2;

/** Reads batches and commits each once. */
export interface BatchStore {
  /** `bytes` is the size of the body. Resolves after COMMIT. */
  store(scope: ReaderScope, text: BatchText, bytes: number): Promise<CommittedAnswer>;
  start(): Promise<void>;
  /** Finishes what was accepted. */
  close(): Promise<void>;
}

export function createBatchStore(platform: Platform): BatchStore {
  const { liveRuns, read } = createBatchReading(platform);
  const needs = createNeeds(platform);
  const keepers = createKeepers();
  const breakers = createBreakerWatch(platform);
  const writers = Array.from({ length: WRITERS }, () => createWriter(platform, breakers));
  const inFlight = new Map<string, Promise<CommittedAnswer>>();

  const store: BatchStore['store'] = async (scope, text, bytes) => {
    const { orgId, producerId } = scope;
    const reader = await read(scope, text, bytes);
    const { draft } = reader;
    try {
      const answer = toStoredAnswer(reader, await needs.find(orgId, draft), keepers.find(orgId, draft, liveRuns));
      const writer = writers[toLane(producerId)] as Writer;
      const committed = await writer.write({ orgId, producerId, batch: text.header.batch, draft, answer });
      needs.remember(orgId, draft);
      return committed;
    } catch (error) {
      // Its sequence numbers count as unseen again, for the same batch will come once more.
      liveRuns.forget(orgId, draft.runs.keys());
      throw error;
    }
  };

  return {
    /** The same batch may arrive twice at once: the second waits for the first's outcome and shares it. */
    async store(scope, text, bytes) {
      const key = `${scope.orgId}${scope.producerId}${text.header.batch}`;
      const running = inFlight.get(key);
      if (running !== undefined) return { ...(await running), duplicate: true };
      const storing = store(scope, text, bytes);
      inFlight.set(key, storing);
      try {
        return await storing;
      } finally {
        inFlight.delete(key);
      }
    },
    start: async () => void (await Promise.all(writers.map((writer) => writer.start()))),
    async close() {
      await Promise.all(writers.map((writer) => writer.close()));
      await breakers.close();
    },
  };
}

/** Which writer a process goes to: always the same, so that its batches keep their order. */
const toLane = (producerId: string): number => Number.parseInt(producerId.slice(-2), 16) % WRITERS;

const toStoredAnswer = (reader: BatchReader, need: string[], keep: string[]): StoredAnswer => ({
  accepted: reader.accepted,
  ignored: reader.ignored,
  rejected: reader.rejected,
  rejected_total: reader.rejectedTotal,
  need,
  keep,
});
