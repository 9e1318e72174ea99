import { toBytes, toDropped } from '../payloads/capture.ts';
import type { Run } from '../runs/run.ts';
import type { DropCounts, WireEvent } from '../wire.ts';

export const SOFT_BYTES = 16 * 1024 * 1024;
export const HARD_BYTES = 24 * 1024 * 1024;
export const MAX_ITEMS = 8_192;
/** About what an event costs beyond its payloads. */
const EVENT_BYTES = 400;

/** An event that waits to be sent, or the ready line of a payload that was held. */
export interface Item {
  run: Run;
  event: WireEvent | undefined;
  line: string | undefined;
  /** Decisions, errors and run ends: kept as long as the hard limit allows. */
  urgent: boolean;
  bytes: number;
  state: 'queued' | 'taken' | 'withdrawn';
}

/**
 * What waits to be sent, bounded in bytes and items. Under pressure payloads go first (a mark stays in their place),
 * then events that are not urgent; urgent ones only beyond the hard limit. Batches in flight count as queued.
 */
export class Queue {
  readonly #drops: DropCounts;
  #items: Item[] = [];
  #bytes = 0;
  #inFlight = 0;

  constructor(drops: DropCounts) {
    this.#drops = drops;
  }

  get bytes(): number {
    return this.#bytes + this.#inFlight;
  }

  get length(): number {
    return this.#items.length;
  }

  /** Adds an event. Undefined when there was no room; its loss is counted. */
  add(run: Run, event: WireEvent, urgent: boolean): Item | undefined {
    let payloadBytes = toEventBytes(event);
    if (payloadBytes > 0 && this.bytes + payloadBytes > SOFT_BYTES) {
      this.#drops.buffer_full++;
      dropPayloads(event);
      payloadBytes = 0;
    }
    return this.#push({ run, event, line: undefined, urgent, bytes: EVENT_BYTES + payloadBytes, state: 'queued' });
  }

  /** Adds the ready line of a payload that was held until now. */
  addLine(run: Run, line: string): void {
    if (this.bytes + line.length > SOFT_BYTES) this.#drops.buffer_full++;
    else this.#push({ run, event: undefined, line, urgent: false, bytes: line.length, state: 'queued' });
  }

  #push(item: Item): Item | undefined {
    const limit = item.urgent ? HARD_BYTES : SOFT_BYTES;
    const isFull = this.bytes + item.bytes > limit || (!item.urgent && this.#items.length >= MAX_ITEMS);
    if (isFull || this.#items.length >= 2 * MAX_ITEMS) {
      this.#drops.buffer_full++;
      return undefined;
    }
    this.#items.push(item);
    this.#bytes += item.bytes;
    return item;
  }

  /** Takes back an event that is still queued, because a later one says all that it said. */
  withdraw(item: Item): boolean {
    if (item.state !== 'queued') return false;
    item.state = 'withdrawn';
    this.#bytes -= item.bytes;
    return true;
  }

  /** Takes the oldest events, at most `max` items. */
  take(max: number): Item[] {
    return this.#toTaken(this.#items.splice(0, max));
  }

  /** Takes the oldest urgent events, at most `max`, from between the others. */
  takeUrgent(max: number): Item[] {
    const urgent = new Set(this.#items.filter((item) => item.urgent).slice(0, max));
    this.#items = this.#items.filter((item) => !urgent.has(item));
    return this.#toTaken([...urgent]);
  }

  #toTaken(items: Item[]): Item[] {
    const taken = items.filter((item) => item.state === 'queued');
    for (const item of taken) {
      item.state = 'taken';
      this.#bytes -= item.bytes;
    }
    return taken;
  }

  /** Counts a batch in flight as queued until it is settled. */
  holdInFlight(bytes: number): void {
    this.#inFlight += bytes;
  }

  releaseInFlight(bytes: number): void {
    this.#inFlight -= bytes;
  }
}

const toEventBytes = ({ payloads }: WireEvent): number =>
  payloads ? Object.values(payloads).reduce((sum, captured) => sum + toBytes(captured), 0) : 0;

function dropPayloads(event: WireEvent): void {
  for (const [name, captured] of Object.entries(event.payloads ?? {})) {
    const bytes = toBytes(captured);
    if (event.payloads && bytes > 0) event.payloads[name] = toDropped(bytes);
  }
}
