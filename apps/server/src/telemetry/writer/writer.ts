import type { BreakerWatch } from '#server/governance/index.ts';
import type { Platform } from '#server/platform/context.ts';
import { wakeTails } from '#server/platform/events/wake.ts';
import { Problem } from '#server/platform/problem.ts';
import type { CommittedAnswer, PreparedBatch } from './batch.ts';
import { flushBatches } from './flush.ts';
import { createLink } from './link.ts';

const MAX_ROWS = 2_000;

interface Waiting {
  batch: PreparedBatch;
  resolve: (answer: CommittedAnswer) => void;
  reject: (error: Error) => void;
}

/** One connection that commits batches in groups: whatever waits when it is free goes into one transaction. */
export interface Writer {
  /** Resolves when the batch is committed. Throws `ingest.busy` when the database is away. */
  write(batch: PreparedBatch): Promise<CommittedAnswer>;
  start(): Promise<void>;
  /** Finishes what waits. */
  close(): Promise<void>;
}

/** 503: nothing of the batch is known to be stored; the same batch may be sent again. */
export const ingestBusy = (detail: string, retryAfterS: number) =>
  new Problem('ingest.busy', 503, detail, { retryAfterS });

const databaseAway = () => ingestBusy('The database is away.', 1 + Math.floor(Math.random() * 4));

export function createWriter(platform: Platform, breakers: BreakerWatch): Writer {
  const link = createLink(platform);
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let isClosed = false;

  const flush = async (group: Waiting[]): Promise<void> => {
    const connection = link.current();
    if (!connection) return rejectAll(group, databaseAway());
    try {
      const { answers, counted } = await flushBatches(
        platform,
        connection,
        group.map(({ batch }) => batch),
      );
      wakeTails(platform.db);
      breakers.note(counted);
      for (const [index, { resolve }] of group.entries()) resolve(answers[index] as CommittedAnswer);
    } catch (error) {
      platform.log.warn({ err: error, batches: group.length }, 'a flush of telemetry failed');
      if (link.current() !== connection || isConnectionError(error)) rejectAll(group, databaseAway());
      else await retry(group, error as Error);
    }
  };

  /** One by one, so that a batch that PostgreSQL refuses stops no other. */
  const retry = async (group: Waiting[], error: Error): Promise<void> => {
    if (group.length > 1) {
      for (const single of group) await flush([single]);
      return;
    }
    platform.log.error({ err: error, producer: group[0]?.batch.producerId }, 'a batch could not be stored');
    rejectAll(group, error);
  };

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = takeGroup(waiting);
      waiting = waiting.slice(group.length);
      await flush(group);
    }
    running = undefined;
  };

  return {
    write: (batch) =>
      new Promise((resolve, reject) => {
        if (!link.current() || isClosed) return reject(databaseAway());
        waiting.push({ batch, resolve, reject });
        running ??= run();
      }),
    start: link.open,
    async close() {
      isClosed = true;
      await running;
      await link.close();
    },
  };
}

const rejectAll = (group: Waiting[], problem: Error): void => {
  for (const { reject } of group) reject(problem);
};

/** As many of the waiting batches as fit one transaction, at least one. */
function takeGroup(waiting: readonly Waiting[]): Waiting[] {
  let rows = 0;
  const end = waiting.findIndex(({ batch }) => {
    rows += batch.draft.rows;
    return rows > MAX_ROWS;
  });
  return waiting.slice(0, end === -1 ? waiting.length : Math.max(1, end));
}

/** SQLSTATE classes of a server that is going, starting, or out of reach. */
const AWAY = /^(?:08|57P)/;

/** Whether an error says that PostgreSQL is going or gone, rather than that it refused the rows. */
function isConnectionError(error: unknown): boolean {
  const { code, errno, message } = error as NodeJS.ErrnoException;
  if (errno !== undefined) return true;
  return code === undefined ? /connection|not queryable/i.test(String(message)) : AWAY.test(code);
}
