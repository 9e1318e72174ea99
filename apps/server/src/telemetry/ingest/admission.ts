import { Problem } from '#server/platform/problem.ts';
import { ingestBusy } from '../writer/writer.ts';

const BATCHES_PER_S = 1_200 / 60;
const EVENTS_PER_S = 2_000;
/** A process may spend so many seconds of its rate at once. */
const BURST_S = 2;
/** Left free for batches marked high. */
const RESERVED_SHARE = 0.1;
/** What one organization may hold of the queue, so that others get through. */
const ORG_SHARE = 0.75;
const THROTTLE_ABOVE = 0.5;
const MAX_THROTTLE_MS = 5_000;
const MAX_PRODUCERS = 20_000;
export const HIGH_PRIORITY_MAX_BYTES = 64 * 1024;

interface Budget {
  batches: number;
  events: number;
  at: number;
}

/** Decides which batches come in: a bounded queue for all, and a rate for each process. */
export interface Admission {
  /** Takes room in the queue. Throws `ingest.busy`, `ingest.quota`; else the caller gives the room back. */
  enter(orgId: string, bytes: number, high: boolean): { leave(): void };
  /** Counts a batch against its process. Throws `ingest.quota`. `events` may overdraw: the next batch waits for it. */
  spend(producer: string, events: number, nowMs: number): void;
  /** How long processes should wait before their next flush. */
  throttleMs(): number;
}

export function createAdmission(queueBytes: number): Admission {
  const budgets = new Map<string, Budget>();
  const held = new Map<string, number>();
  let used = 0;

  const hold = (orgId: string, bytes: number) => {
    used += bytes;
    const sum = (held.get(orgId) ?? 0) + bytes;
    if (sum > 0) held.set(orgId, sum);
    else held.delete(orgId);
  };

  return {
    enter(orgId, bytes, high) {
      const limit = high ? queueBytes : queueBytes * (1 - RESERVED_SHARE);
      // A body larger than a small queue still gets through an empty one.
      if (used > 0 && used + bytes > limit) throw ingestBusy('The ingest queue is full.', toRetryAfter());
      const mine = held.get(orgId) ?? 0;
      if (!high && mine > 0 && mine + bytes > queueBytes * ORG_SHARE)
        throw quota('This organization holds its share of the ingest queue.', toRetryAfter());
      hold(orgId, bytes);
      return { leave: () => hold(orgId, -bytes) };
    },
    spend(producer, events, nowMs) {
      if (budgets.size >= MAX_PRODUCERS) budgets.clear();
      const budget = refill(budgets.get(producer), nowMs);
      budgets.set(producer, budget);
      const lacking = Math.max((1 - budget.batches) / BATCHES_PER_S, -budget.events / EVENTS_PER_S);
      if (lacking > 0) throw quota('This process sends more than its share.', Math.max(1, Math.ceil(lacking)));
      budget.batches--;
      budget.events -= events;
    },
    throttleMs() {
      const share = used / queueBytes;
      return share <= THROTTLE_ABOVE
        ? 0
        : Math.round(((share - THROTTLE_ABOVE) / (1 - THROTTLE_ABOVE)) * MAX_THROTTLE_MS);
    },
  };
}

function refill(budget: Budget | undefined, nowMs: number): Budget {
  const full = { batches: BATCHES_PER_S * BURST_S, events: EVENTS_PER_S * BURST_S };
  if (!budget) return { ...full, at: nowMs };
  const elapsedS = Math.max(0, nowMs - budget.at) / 1_000;
  return {
    batches: Math.min(full.batches, budget.batches + elapsedS * BATCHES_PER_S),
    events: Math.min(full.events, budget.events + elapsedS * EVENTS_PER_S),
    at: nowMs,
  };
}

/** 1 to 10 s, so that those refused together do not come back together. */
const toRetryAfter = (): number => 1 + Math.floor(Math.random() * 10);

const quota = (detail: string, retryAfterS: number) => new Problem('ingest.quota', 429, detail, { retryAfterS });
