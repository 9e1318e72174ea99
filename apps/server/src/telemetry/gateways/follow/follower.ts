import type { GatewayFrame } from '#server/gateways/index.ts';
import { systemContext } from '#server/platform/context.ts';
import type { Fact } from '../facts/fact.ts';
import { isTelling, readFrame } from '../facts/read-frame.ts';
import { saveGap } from './follow.store.ts';
import { createFrameBuffer } from './frame-buffer.ts';
import { createGatewayWriter, type WriterParts } from './gateway-writer.ts';
import { createRunBook } from './run-book.ts';

/** Turns what one gateway tells into runs and steps. */
export interface Follower {
  /** Takes a frame; does no I/O. False when frames before it were missed, or it found no room. */
  take(frame: GatewayFrame): boolean;
  /** Takes facts that were read elsewhere, and stores what they make due. */
  add(facts: readonly Fact[]): Promise<void>;
  /** Frames that were missed so far were read elsewhere. */
  forgive(): void;
  /** Whether the end of a run is known, though perhaps not stored yet. */
  isEnding(run: string): boolean;
  /** A new connection counts its frames anew. */
  begin(): void;
  /** Stores what is due now. */
  flush(): Promise<void>;
  /** Stores what it can within two seconds. */
  close(): Promise<void>;
}

const FLUSH_MS = 200;
const RETRY_MS = 2_000;
const CLOSE_MS = 2_000;

export function createFollower(parts: WriterParts, gateway: { orgId: string; gatewayId: string }): Follower {
  const { platform } = parts;
  const { orgId, gatewayId } = gateway;
  const nowMs = () => platform.now().getTime();
  const buffer = createFrameBuffer();
  const book = createRunBook(systemContext(platform, orgId), gatewayId);
  const writer = createGatewayWriter(parts, gateway);
  const stop = new AbortController();
  const numbers = createNumbers();
  let skewMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = FLUSH_MS;
  let flushing: Promise<void> = Promise.resolve();

  const flushNow = async () => {
    for (const { frame, heardAt } of buffer.takeAll()) book.add(readFrame(frame.event, frame.payload), heardAt);
    await book.place();
    await writer.write(book.takeDue(nowMs()), skewMs, stop.signal);
    for (const runId of book.forgetOld(nowMs())) await saveGap(platform, orgId, runId);
    waitMs = FLUSH_MS;
  };

  const flush = (): Promise<void> => {
    flushing = flushing.then(flushNow).catch((error) => {
      waitMs = RETRY_MS;
      platform.log.error({ err: error, gateway_id: gatewayId }, 'what a gateway told could not be stored yet');
    });
    return flushing;
  };

  const plan = () => {
    if (timer !== undefined || stop.signal.aborted) return;
    timer = setTimeout(async () => {
      timer = undefined;
      await flush();
      if (buffer.length > 0 || !book.isSettled()) plan();
    }, waitMs).unref();
  };

  return {
    take(frame) {
      const isWhole = numbers.isNext(frame.seq);
      const heardAt = nowMs();
      if (frame.event === 'tick') skewMs = readSkew(frame.payload, heardAt);
      book.note(frame, heardAt);
      if (!isTelling(frame.event, frame.payload)) return isWhole;
      const isKept = buffer.add({ frame, heardAt });
      plan();
      return isWhole && isKept;
    },
    async add(facts) {
      book.add(facts, nowMs());
      await flush();
      plan();
    },
    forgive: book.forgive,
    isEnding: book.isEnding,
    begin: numbers.begin,
    flush,
    async close() {
      clearTimeout(timer);
      await Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
      stop.abort();
      await flushing;
    },
  };
}

/** Watches the numbers of a connection's frames. */
function createNumbers() {
  let last: number | null = null;
  return {
    begin() {
      last = null;
    },
    /** False when frames before this one were left out. */
    isNext(seq: number | null): boolean {
      const isJump = seq !== null && last !== null && seq > last + 1;
      last = seq ?? last;
      return !isJump;
    },
  };
}

/** How far the gateway's clock is behind ours. */
function readSkew(payload: unknown, heardAt: number): number {
  const { ts } = (payload ?? {}) as { ts?: unknown }; // looked at before it is used
  return typeof ts === 'number' && Number.isFinite(ts) ? heardAt - ts : 0;
}
