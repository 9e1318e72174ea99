import type { Enrolment } from '../enrolment/enrolment.ts';
import { safely, warnOnce } from '../safely.ts';
import { sleep, toBackoffMs } from '../transport/backoff.ts';
import { readEvents } from '../transport/events.ts';
import { sendRequest } from '../transport/http.ts';
import type { Inbox } from './inbox.ts';

/** A proxy that buffers lets nothing through: then we ask instead. */
const FIRST_BYTE_MS = 20_000;
/** The server says something every 15 s. */
const SILENCE_MS = 45_000;
const POLL_WAIT_S = 25;
const POLL_TIMEOUT_MS = 35_000;
/** How long to ask before the stream is tried again. */
const POLLING_MS = 300_000;
/** A server that has no such thing, or refuses, will hardly do so a second later. */
const REFUSED_MS = 30_000;

export interface ChannelOptions {
  url: string;
  enrolment: Enrolment;
  inbox: Inbox;
  /** The server was heard. */
  onContact: () => void;
  /** It was heard again after it had been away: what it said meanwhile may be lost. */
  onReturn: () => void;
  /** How long a stream may take to bring its first byte. */
  firstByteMs?: number;
}

/** When to try again. */
interface Next {
  afterMs: number;
}

/** Listens for what the server tells this process: by a stream, or by asking where no stream comes through. */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #stop = new AbortController();
  #isRunning = false;
  #failures = 0;
  #pollUntil = 0;
  #last: number | undefined;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  /** Begins to listen, in the background. */
  start(): void {
    if (this.#isRunning || this.#stop.signal.aborted) return;
    this.#isRunning = true;
    this.#listen().catch((error) => warnOnce(`listening for commands failed: ${String(error)}`));
  }

  stop(): void {
    this.#stop.abort();
  }

  async #listen(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const { token, commandKey } = this.#options.enrolment;
      const { afterMs } =
        token && commandKey
          ? await (performance.now() < this.#pollUntil
              ? this.#poll(token, commandKey)
              : this.#stream(token, commandKey))
          : { afterMs: REFUSED_MS };
      if (afterMs > 0) await sleep(afterMs, this.#stop.signal);
    }
  }

  async #stream(token: string, key: string): Promise<Next> {
    const { url, inbox, firstByteMs = FIRST_BYTE_MS } = this.#options;
    const end = await readEvents({
      url: `${url}/api/v1/commands/stream`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(this.#last === undefined ? {} : { 'last-event-id': String(this.#last) }),
      },
      signal: this.#stop.signal,
      firstByteMs,
      silenceMs: SILENCE_MS,
      onByte: () => this.#hear(),
      onMessage: ({ event, data }) => {
        if (event !== 'command') return;
        this.#last = safely('reading a command', () => inbox.receive(key, JSON.parse(data))) ?? this.#last;
      },
    });
    if (end.kind === 'refused') return this.#refused(end.status);
    if (end.kind === 'silent') this.#pollUntil = performance.now() + POLLING_MS;
    return end.kind === 'silent' ? { afterMs: 0 } : this.#again();
  }

  async #poll(token: string, key: string): Promise<Next> {
    const { url, inbox } = this.#options;
    const ack = inbox.takeAcks();
    try {
      const { status, text } = await sendRequest({
        url: `${url}/api/v1/commands/poll`,
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ wait_s: POLL_WAIT_S, ack }),
        timeoutMs: POLL_TIMEOUT_MS,
        signal: this.#stop.signal,
        isPatient: true,
        isIdle: true,
      });
      if (status !== 200) {
        inbox.giveBack(ack);
        return await this.#refused(status);
      }
      this.#hear();
      const { commands } = JSON.parse(text) as { commands?: unknown[] };
      for (const command of commands ?? []) inbox.receive(key, command);
      return { afterMs: 0 };
    } catch {
      // The server is away, or we were stopped: what was not acknowledged comes again.
      inbox.giveBack(ack);
      return this.#again();
    }
  }

  #hear(): void {
    this.#options.onContact();
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#options.onReturn();
  }

  /** All processes lose a server at once: they come back spread over a while. */
  #again(): Next {
    return { afterMs: toBackoffMs(this.#failures++) };
  }

  async #refused(status: number): Promise<Next> {
    if (status === 401 || status === 409) {
      await this.#options.enrolment.renew();
      return this.#again();
    }
    return status >= 500 || status === 429 ? this.#again() : { afterMs: REFUSED_MS };
  }
}
