import type { BreakerIr } from '@mission-control/policy/evaluate';
import { isOver, type Sums, toMeasure } from '#server/governance/breakers/judging/measure.rules.ts';
import {
  type BreakerMemory,
  nextTransition,
  type ProbeOutcome,
  type Transition,
  toProbeOutcome,
} from '#server/governance/breakers/transitions/transitions.rules.ts';

/** The first example of the mission: 15 % errors over five minutes, of 20 calls at least. */
export const RULE: BreakerIr = {
  ...{ kind: 'breaker', watch: 'error_rate', over: 0.15, window_ms: 300_000, min: 20, scope: 'agent' },
  ...{ action: 'pause', open_ms: 120_000, probes: 3 },
};
export const CLOSED: BreakerMemory = {
  state: 'closed',
  opened_at: null,
  closed_at: null,
  retry_at: null,
  open_count: 0,
};

export const sums = (n: number, errors: number): Sums => ({ n, errors, violations: 0, dur_hist: null });

const SECOND_MS = 1_000;
const BUCKET_MS = 10_000;

/** A repeatable source of random numbers below 1 (mulberry32). */
export function toRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function follow(memory: BreakerMemory, next: Transition, at: number): BreakerMemory {
  if (next.to === 'half_open') return { ...memory, state: 'half_open', retry_at: null };
  if (next.to === 'closed') return { ...memory, state: 'closed', closed_at: at };
  const { open_count, retry_at } = next;
  return { ...memory, state: 'open', opened_at: at, open_count, retry_at };
}

interface Fleet {
  seed: number;
  seconds: number;
  /** How many calls are made at a second. */
  callsAt: (second: number) => number;
  /** The share of calls that fail at a second. */
  rateAt: (second: number) => number;
}

/**
 * A breaker over simulated calls, judged after every second as batches are: counts in buckets of ten seconds, the window
 * beginning anew when it closes, a probe run of five calls each second while half open. Gives when it opened, and when
 * the exact rate of the last window went over the threshold first.
 */
export function simulate({ seed, seconds, callsAt, rateAt }: Fleet): {
  opened: number[];
  exceededAt: number | undefined;
} {
  const random = toRandom(seed);
  const made: Sums[] = [];
  const opened: number[] = [];
  let memory = CLOSED;
  let countsFrom = 0;
  let probes: ProbeOutcome[] = [];
  let exceededAt: number | undefined;
  const count = (fromMs: number): Sums => {
    const total = sums(0, 0);
    for (const { n, errors } of made.slice(Math.max(0, Math.ceil(fromMs / SECOND_MS)))) {
      total.n += n;
      total.errors += errors;
    }
    return total;
  };
  for (let second = 0; second < seconds; second++) {
    const at = second * SECOND_MS;
    const run = Array.from({ length: memory.state === 'half_open' ? 5 : 0 }, () => random() < rateAt(second));
    if (run.length > 0) probes.push(toProbeOutcome(RULE, 'ok', toMeasure(RULE, sums(5, run.filter(Boolean).length))));
    const calls = Array.from({ length: callsAt(second) }, () => random() < rateAt(second));
    made.push(sums(calls.length, calls.filter(Boolean).length));
    const exact = toMeasure(RULE, count(at - RULE.window_ms + 1));
    if (isOver(RULE, exact)) exceededAt ??= at;
    const window = Math.max(countsFrom, at - (at % BUCKET_MS) - RULE.window_ms + BUCKET_MS);
    const seen = { at, jitter: random() * 2 - 1, measure: toMeasure(RULE, count(window)), probes };
    const next = nextTransition(RULE, memory, seen);
    if (!next) continue;
    probes = [];
    if (next.to === 'open' && memory.state === 'closed') opened.push(at);
    if (next.to === 'closed') countsFrom = at - (at % BUCKET_MS) + BUCKET_MS;
    memory = follow(memory, next, at);
  }
  return { opened, exceededAt };
}
