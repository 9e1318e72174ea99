import { setImmediate as yieldToHost } from 'node:timers/promises';
import type { Sealing } from '../payloads/seal.ts';
import type { SelfMetrics } from '../process/self-metrics.ts';
import { toLine } from '../queue/lines.ts';
import type { Item, Queue } from '../queue/queue.ts';
import { safely } from '../safely.ts';
import { type Batch, sealBatch } from './batch.ts';

const MAX_EVENTS = 2_000;
/** Text compresses about threefold at level 1: this keeps a batch near 1 MiB compressed. */
const MAX_PLAIN_BYTES = 3 * 1024 * 1024;
/** What is prepared before the host gets its turn. */
const SLICE_EVENTS = 64;
const SLICE_BYTES = 128 * 1024;
/** What the server keeps room for when it is busy: 64 KiB, which these never come near. */
const MAX_URGENT_EVENTS = 64;
const MAX_URGENT_BYTES = 60 * 1024;

/** A batch in the making. */
interface Draft {
  lines: string[];
  hashes: string[];
  bytes: number;
}

/** Makes batches of what is queued, in slices between which the host's own work goes on. */
export class Sealer {
  readonly #queue: Queue;
  readonly #sealing: Omit<Sealing, 'addBlob'>;
  readonly #metrics: SelfMetrics;
  readonly #producer: string;
  #number = 0;

  constructor(options: { queue: Queue; sealing: Omit<Sealing, 'addBlob'>; metrics: SelfMetrics; producer: string }) {
    this.#queue = options.queue;
    this.#sealing = options.sealing;
    this.#metrics = options.metrics;
    this.#producer = options.producer;
  }

  /** A batch of the oldest events, or undefined when nothing is queued. */
  async sealNext(): Promise<Batch | undefined> {
    const draft: Draft = { lines: [], hashes: [], bytes: 0 };
    while (this.#queue.length > 0 && draft.lines.length < MAX_EVENTS && draft.bytes < MAX_PLAIN_BYTES) {
      let yieldAt = draft.bytes + SLICE_BYTES;
      for (const item of this.#queue.take(SLICE_EVENTS)) {
        this.#metrics.timeWork(() => this.#write(draft, item));
        if (draft.bytes < yieldAt) continue;
        yieldAt = draft.bytes + SLICE_BYTES;
        await yieldToHost();
      }
      if (this.#queue.length > 0) await yieldToHost();
    }
    return draft.lines.length === 0 ? undefined : this.seal(draft.lines, draft.hashes);
  }

  /** A small batch of nothing but urgent events, with their payloads; undefined when there are none. */
  async sealUrgent(): Promise<Batch | undefined> {
    const draft: Draft = { lines: [], hashes: [], bytes: 0 };
    while (draft.lines.length < MAX_URGENT_EVENTS && draft.bytes < MAX_URGENT_BYTES / 2) {
      const [item] = this.#queue.takeUrgent(1);
      if (!item) break;
      this.#metrics.timeWork(() => this.#write(draft, item));
    }
    if (draft.lines.length === 0) return undefined;
    const batch = await this.seal(draft.lines, draft.hashes);
    return { ...batch, isUrgent: batch.body.length <= MAX_URGENT_BYTES };
  }

  /** Seals lines under the next number. */
  seal(lines: string[], hashes: string[]): Promise<Batch> {
    this.#number++;
    return sealBatch({ producer: this.#producer, number: this.#number }, lines, hashes);
  }

  /** An event that cannot be written (a fault of ours, or a value that lies about itself) costs itself only. */
  #write(draft: Draft, item: Item): void {
    const add = (line: string): void => {
      draft.lines.push(line);
      draft.bytes += line.length;
    };
    const addBlob = (line: string, hash: string): void => {
      add(line);
      draft.hashes.push(hash);
    };
    const line = safely('preparing an event', () => toLine({ ...this.#sealing, addBlob }, item));
    if (line === undefined) this.#sealing.drops.rejected++;
    else add(line);
  }
}
