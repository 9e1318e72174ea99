import type { Queue } from '../queue/queue.ts';
import { warnOnce } from '../safely.ts';
import type { DropCounts } from '../wire.ts';
import { sleep, toBackoffMs } from './backoff.ts';
import { type Batch, toLines } from './batch.ts';
import type { Courier } from './courier.ts';
import type { Sealer } from './sealer.ts';
import type { BatchAnswer } from './send.ts';
import type { Spool } from './spool.ts';

/**
 * How long the first queued event waits for others. The console must show a step within 500 ms of it happening, and
 * the server, the live stream and the browser need their share.
 */
const GATHER_SOON_MS = 100;
/** What follows on a run that is on the screen already may take a little longer: fewer requests, larger batches. */
const GATHER_MS = 250;
/** While the server is away batches go to disk, in fewer and larger pieces. */
const GATHER_AWAY_MS = 2_000;
/** How soon a caller of `flush` has a failed batch tried again. */
const HURRIED_RETRY_MS = 200;
const FAILURES_UNTIL_SPOOL = 3;
const HEARTBEAT_MS = 15_000;
/** All processes are told at once: they do not all answer at once. */
const REPORT_MS = 500;

export interface FlusherOptions {
  queue: Queue;
  sealer: Sealer;
  courier: Courier;
  spool: Spool | undefined;
  drops: DropCounts;
  onAnswer: (answer: BatchAnswer) => void;
  onLoss: (hashes: string[]) => void;
}

/** A fault of ours must not become the host's unhandled rejection. */
const warnOfFault = (error: unknown): void => warnOnce(`sending telemetry failed: ${String(error)}`);

/** Sends what is queued in the background: one batch in flight, oldest first, until the server has taken it. */
export class Flusher {
  readonly #options: FlusherOptions;
  readonly #stop = new AbortController();
  readonly #heartbeat: NodeJS.Timeout;
  #hurry = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** Whether something queued should be seen soon, and whether the timer knows. */
  #isSoon = false;
  #isTimerSoon = false;
  #reporting: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #failures = 0;
  #retryAt = 0;
  #throttleMs = 0;
  #lastSent = performance.now();
  /** True until a look at the disk finds nothing: a process that died may have left batches. */
  #hasSpooled: boolean;
  /** Whether this process has left batches on disk. */
  #hasShelved = false;
  /** Urgent events that go past the batch that the server has no room for, until it has them. */
  #urgent: Batch | undefined;

  constructor(options: FlusherOptions) {
    this.#options = options;
    this.#hasSpooled = options.spool !== undefined;
    this.#heartbeat = setInterval(() => void this.#beat().catch(warnOfFault), HEARTBEAT_MS / 3);
    this.#heartbeat.unref();
  }

  /** Sees to it that what is queued is sent. Costs nothing when that is under way. */
  kick(soon = false): void {
    this.#isSoon ||= soon;
    if (this.#running || this.#stop.signal.aborted || (this.#timer && !(soon && !this.#isTimerSoon))) return;
    clearTimeout(this.#timer);
    this.#isTimerSoon = this.#isSoon;
    this.#timer = setTimeout(() => this.#start(), Math.max(this.#toGatherMs(), this.#throttleMs));
    this.#timer.unref();
  }

  /** Says soon how the process is now, with a batch or alone: somebody waits for it. */
  report(): void {
    this.#reporting ??= setTimeout(() => this.#reportNow(), REPORT_MS * Math.random()).unref();
  }

  #reportNow(): void {
    this.#reporting = undefined;
    // The header of the batch under way may be older than what is to be said.
    if (this.#running !== undefined) {
      this.report();
      return;
    }
    this.#lastSent = Math.min(this.#lastSent, performance.now() - HEARTBEAT_MS);
    void this.#beat().catch(warnOfFault);
  }

  /** Sends all that is queued, and what went to disk. True when the server has everything; false after `ms`. */
  flush(ms: number): Promise<boolean> {
    return this.#drain(ms, () => this.#hasWork() || this.#hasShelved);
  }

  async #drain(ms: number, isOpen: () => boolean): Promise<boolean> {
    const done = new AbortController();
    let isTimeUp = false;
    const timeUp = sleep(ms, done.signal, 'ref').then(() => {
      isTimeUp = true;
    });
    while (!isTimeUp && isOpen()) {
      this.#hurry.abort();
      this.#hurry = new AbortController();
      this.#start();
      await Promise.race([this.#running, timeUp]);
      if (this.#failures > 0) await Promise.race([sleep(HURRIED_RETRY_MS, done.signal), timeUp]);
      this.#retryAt = 0;
    }
    done.abort();
    return !isOpen();
  }

  /** Ends the background work. What cannot be sent within `ms` is left on disk. */
  async stop(ms: number): Promise<void> {
    await this.#drain(ms, () => this.#hasWork());
    this.#stop.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#reporting);
    clearInterval(this.#heartbeat);
    await this.#running;
    await this.#shelve();
    await this.#options.spool?.close();
  }

  #toGatherMs(): number {
    if (this.#isAway()) return GATHER_AWAY_MS;
    return this.#isSoon ? GATHER_SOON_MS : GATHER_MS;
  }

  #hasWork(): boolean {
    return this.#options.queue.length > 0 || this.#urgent !== undefined || this.#running !== undefined;
  }

  #isAway(): boolean {
    return this.#failures >= FAILURES_UNTIL_SPOOL && this.#options.spool !== undefined;
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#running || this.#stop.signal.aborted) return;
    this.#isSoon = false;
    this.#running = this.#run()
      .catch(warnOfFault)
      .finally(() => {
        this.#running = undefined;
        if (this.#options.queue.length > 0 || this.#urgent) this.kick();
      });
  }

  async #run(): Promise<void> {
    if (this.#isAway() && performance.now() < this.#retryAt) return this.#shelve();
    await this.#sendSpooled();
    const batch = this.#takeUrgent() ?? (await this.#options.sealer.sealNext());
    if (batch) await this.#deliver(batch);
  }

  async #deliver(batch: Batch): Promise<void> {
    const { queue } = this.#options;
    queue.holdInFlight(batch.body.length);
    try {
      while (!(await this.#trySend(batch))) {
        const givesUp = this.#isAway() || this.#stop.signal.aborted;
        if (givesUp && (await this.#save(batch))) return;
        if (this.#stop.signal.aborted) return;
        await this.#sendUrgent();
        const signal = AbortSignal.any([this.#stop.signal, this.#hurry.signal]);
        await sleep(this.#retryAt - performance.now(), signal);
      }
    } finally {
      queue.releaseInFlight(batch.body.length);
    }
  }

  /** While a batch waits for room: sends decisions, errors and run ends, for which the server keeps some. */
  async #sendUrgent(): Promise<void> {
    this.#urgent ??= await this.#options.sealer.sealUrgent();
    if (!this.#urgent) return;
    const outcome = await this.#options.courier.send(this.#urgent, this.#stop.signal);
    if (outcome.kind === 'again' || outcome.kind === 'unauthorized') return;
    const batch = this.#takeUrgent();
    if (!batch) return;
    if (outcome.kind !== 'accepted') return void this.#drop(batch);
    this.#options.drops.rejected += outcome.answer.rejected;
    this.#options.onAnswer(outcome.answer);
  }

  #takeUrgent(): Batch | undefined {
    const batch = this.#urgent;
    this.#urgent = undefined;
    return batch;
  }

  /** Sends once and settles what came of it. False: the same batch must be sent again, from `#retryAt` on. */
  async #trySend(batch: Batch): Promise<boolean> {
    const outcome = await this.#options.courier.send(batch, this.#stop.signal);
    this.#lastSent = performance.now();
    if (outcome.kind === 'accepted') return this.#settle(outcome.answer);
    if (outcome.kind === 'refused') return this.#drop(batch);
    if (outcome.kind === 'too_large') return this.#halve(batch);
    const waitMs = outcome.kind === 'again' ? (outcome.afterMs ?? toBackoffMs(this.#failures)) : 0;
    this.#retryAt = performance.now() + waitMs;
    this.#failures++;
    return false;
  }

  #settle(answer: BatchAnswer): true {
    this.#failures = 0;
    this.#throttleMs = answer.throttleMs;
    this.#options.drops.rejected += answer.rejected;
    this.#options.onAnswer(answer);
    return true;
  }

  #drop(batch: Batch): true {
    this.#options.drops.rejected += batch.events;
    this.#options.onLoss(batch.hashes);
    return true;
  }

  /** Too large for the server: its halves travel under numbers of their own. A single event is given up. */
  async #halve(batch: Batch): Promise<true> {
    const lines = toLines(batch);
    if (lines.length < 2 || !this.#options.courier.isOwn(batch)) return this.#drop(batch);
    const middle = lines.length >> 1;
    await this.#deliver(await this.#options.sealer.seal(lines.slice(0, middle), batch.hashes));
    await this.#deliver(await this.#options.sealer.seal(lines.slice(middle), batch.hashes));
    return true;
  }

  async #save(batch: Batch): Promise<boolean> {
    const isSaved = (await this.#options.spool?.save(batch)) ?? false;
    this.#hasSpooled ||= isSaved;
    this.#hasShelved ||= isSaved;
    return isSaved;
  }

  /** Puts what is queued on disk without trying to send it. */
  async #shelve(): Promise<void> {
    const { sealer, spool } = this.#options;
    if (!spool) return;
    for (let batch = this.#takeUrgent() ?? (await sealer.sealNext()); batch; batch = await sealer.sealNext())
      await this.#save(batch);
  }

  /** Batches on disk go first and oldest first. The first that cannot be sent ends it until the next flush. */
  async #sendSpooled(): Promise<void> {
    const { spool } = this.#options;
    if (!spool || !this.#hasSpooled) return;
    await spool.adopt();
    for (let next = await spool.findOldest(); next; next = await spool.findOldest()) {
      if (!(await this.#trySend(next.batch))) return;
      await next.remove();
    }
    this.#hasSpooled = false;
    this.#hasShelved = false;
  }

  /** Says that the process lives when nothing else did, and tries again what waits on disk. */
  async #beat(): Promise<void> {
    const now = performance.now();
    if (this.#running || now - this.#lastSent < Math.min(HEARTBEAT_MS, this.#retryAt - this.#lastSent)) return;
    if (this.#hasSpooled) return this.#start();
    if (now - this.#lastSent < HEARTBEAT_MS) return;
    this.#lastSent = now;
    const outcome = await this.#options.courier.sendHeartbeat(this.#stop.signal);
    if (outcome.kind === 'accepted') this.#settle(outcome.answer);
  }
}
