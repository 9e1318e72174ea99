import type { Inbox } from '../channel/inbox.ts';
import { nowMicros, toInstant } from '../clock.ts';
import type { Contact } from '../enforcement/gate.ts';
import type { Enrolment } from '../enrolment/enrolment.ts';
import type { SelfMetrics } from '../process/self-metrics.ts';
import { SDK } from '../process/version.ts';
import type { Queue } from '../queue/queue.ts';
import type { DropCounts } from '../wire.ts';
import { type Batch, toRequestBody } from './batch.ts';
import { type Outcome, sendBatch } from './send.ts';

export interface CourierOptions {
  url: string;
  producer: string;
  enrolment: Enrolment;
  contact: Contact;
  drops: DropCounts;
  metrics: SelfMetrics;
  queue: Queue;
  listBundles: () => Record<string, number>;
  inbox: Inbox;
}

/** Carries batches to the server under the right token, each with a header that says how the process is now. */
export class Courier {
  readonly #options: CourierOptions;
  /** Tokens of dead producers whose batches were adopted. */
  readonly #adopted = new Map<string, string>();

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** Sends a batch once. Never throws. */
  async send(batch: Batch, signal: AbortSignal): Promise<Outcome> {
    const { url, enrolment, contact, inbox } = this.#options;
    const token = await this.#findToken(batch.producer);
    if (!token) return { kind: 'again', afterMs: undefined };
    const acks = this.isOwn(batch) ? inbox.takeAcks() : [];
    const body = toRequestBody(this.#toHeader(batch, acks), batch);
    const outcome = await sendBatch({
      ...{ url, token, body, signal },
      encoding: batch.encoding,
      isUrgent: batch.isUrgent ?? false,
    });
    if (outcome.kind === 'accepted') contact.heardAt = nowMicros();
    else inbox.giveBack(acks);
    if (outcome.kind === 'unauthorized') await this.#renew(batch.producer, enrolment);
    return outcome;
  }

  /** Whether a batch is of this process, not of a dead one that it adopted. */
  isOwn(batch: Batch): boolean {
    return batch.producer === this.#options.producer;
  }

  /** Says that the process lives. */
  async sendHeartbeat(signal: AbortSignal): Promise<Outcome> {
    const body = Buffer.alloc(0);
    const { producer } = this.#options;
    return this.send({ producer, number: 0, encoding: 'identity', body, events: 0, hashes: [] }, signal);
  }

  async #findToken(producer: string): Promise<string | undefined> {
    const { enrolment } = this.#options;
    if (producer === this.#options.producer) return enrolment.token;
    const known = this.#adopted.get(producer);
    if (known) return known;
    const token = await enrolment.createTokenFor(producer).catch(() => undefined);
    if (token) this.#adopted.set(producer, token);
    return token;
  }

  async #renew(producer: string, enrolment: Enrolment): Promise<void> {
    if (producer === this.#options.producer) await enrolment.renew();
    else this.#adopted.delete(producer);
  }

  #toHeader({ producer, number }: Batch, acks: string[]): string {
    const { drops, metrics, queue, listBundles } = this.#options;
    return JSON.stringify({
      v: 1,
      producer,
      batch: number,
      sdk: SDK,
      sent_at: toInstant(nowMicros()),
      bundles: listBundles(),
      dropped: drops,
      self: metrics.toReport(queue.bytes),
      ...(acks.length > 0 && { ack: acks }),
    });
  }
}
