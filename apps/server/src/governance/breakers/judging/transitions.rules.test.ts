import type { BreakerIr } from '@mission-control/policy/evaluate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBin } from '#server/platform/histograms/histogram.rules.ts';
import { isClearlyOver, isOver, isRunOver, type Sums, toMeasure } from './measure.rules.ts';
import {
  type BreakerMemory,
  mayPauseMore,
  nextTransition,
  type Transition,
  toOpenMs,
  toProbeOutcome,
} from './transitions.rules.ts';

const RULE: BreakerIr = {
  ...{ kind: 'breaker', watch: 'error_rate', over: 0.15, window_ms: 300_000, min: 20, scope: 'agent' },
  ...{ action: 'pause', open_ms: 120_000, probes: 3 },
};
const CLOSED: BreakerMemory = { state: 'closed', opened_at: null, closed_at: null, retry_at: null, open_count: 0 };
const MINUTE_MS = 60_000;

const sums = (n: number, errors: number): Sums => ({ n, errors, violations: 0, dur_hist: null });
const evidence = (n: number, errors: number, at = 0) => ({
  ...{ at, jitter: 0, probes: [] },
  measure: toMeasure(RULE, sums(n, errors)),
});

describe('what is measured', () => {
  it('an error rate is over when more than the share failed and enough was called', () => {
    const isRateOver = (n: number, errors: number) => isOver(RULE, toMeasure(RULE, sums(n, errors)));
    expect([isRateOver(25, 4), isRateOver(20, 3), isRateOver(19, 19), isRateOver(0, 0)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('a latency is over when its 95th percentile is, in milliseconds', () => {
    const rule = { ...RULE, watch: 'latency_p95', over: 1_000 } as const;
    const calls = (slow: number) => ({
      ...sums(100, 0),
      dur_hist: { [toBin(100_000)]: 100 - slow, [toBin(3e6)]: slow },
    });
    expect(toMeasure(rule, calls(6))).toMatchObject({ n: 100, bad: 6, value: expect.closeTo(3_000, -2) });
    expect([5, 6].map((slow) => isOver(rule, toMeasure(rule, calls(slow))))).toEqual([false, true]);
  });

  it('violations count as calls, for what was stopped never became one', () => {
    const rule = { ...RULE, watch: 'violations', over: 5, min: 6 } as const;
    const stopped = (violations: number) => toMeasure(rule, { ...sums(0, 0), violations });
    expect([5, 6].map((count) => isOver(rule, stopped(count)))).toEqual([false, true]);
    expect([10, 14].map((count) => isClearlyOver(rule, stopped(count)))).toEqual([false, true]);
  });

  it('of a single run one bad call among three or more is forgiven', () => {
    const isOneOver = (n: number, errors: number) => isRunOver(RULE, toMeasure(RULE, sums(n, errors)));
    expect([isOneOver(1, 1), isOneOver(3, 1), isOneOver(10, 2), isOneOver(20, 3)]).toEqual([true, false, true, false]);
    expect(toProbeOutcome(RULE, 'error', toMeasure(RULE, sums(9, 0)))).toBe('failed');
    expect(toProbeOutcome(RULE, 'cancelled', toMeasure(RULE, sums(1, 1)))).toBe('void');
  });
});

describe('the state machine', () => {
  it('opens over the threshold, lets runs through when its time has come, and does what they say', () => {
    const opened = nextTransition(RULE, CLOSED, evidence(25, 4));
    expect(opened).toEqual({ to: 'open', open_count: 0, retry_at: 120_000, because: 'threshold' });
    const open: BreakerMemory = { ...CLOSED, state: 'open', opened_at: 0, retry_at: 120_000 };
    expect(nextTransition(RULE, open, evidence(99, 99, 119_999))).toBeUndefined();
    expect(nextTransition(RULE, open, evidence(0, 0, 120_000))).toEqual({ to: 'half_open' });
    const half: BreakerMemory = { ...open, state: 'half_open' };
    const judge = (...probes: ('ok' | 'failed' | 'void')[]) =>
      nextTransition(RULE, half, { ...evidence(0, 0, 200_000), probes });
    expect(judge('ok', 'ok', 'void')).toBeUndefined();
    expect(judge('ok', 'ok', 'ok')).toEqual({ to: 'closed' });
    expect(judge('ok', 'ok', 'failed')).toEqual({ to: 'open', open_count: 1, retry_at: 440_000, because: 'probe' });
  });

  it('stays open twice as long each time, at most a quarter of an hour, a tenth more or less', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.double({ min: -1, max: 1, noNaN: true }), (count, jitter) => {
        const ms = toOpenMs(RULE.open_ms, count, jitter);
        const plain = Math.min(RULE.open_ms * 2 ** count, 15 * MINUTE_MS);
        expect(Math.abs(ms - plain)).toBeLessThanOrEqual(plain * 0.1 + 1);
      }),
    );
    expect(toOpenMs(60 * MINUTE_MS, 3, 0)).toBe(60 * MINUTE_MS);
  });

  it('never opens below the least number of calls, nor at or below the threshold', () => {
    const watch = fc.constantFrom('error_rate', 'violations', 'latency_p95');
    const counted = fc.record({ n: fc.nat(200), errors: fc.nat(200), violations: fc.nat(40), slow: fc.nat(200) });
    fc.assert(
      fc.property(watch, counted, (watched, { n, errors, violations, slow }) => {
        const rule: BreakerIr = { ...RULE, watch: watched, over: watched === 'error_rate' ? 0.15 : 10 };
        const dur_hist = { [toBin(1_000)]: n, [toBin(50_000)]: Math.min(slow, n) };
        const measure = toMeasure(rule, { n, errors: Math.min(errors, n), violations, dur_hist });
        const opens = nextTransition(rule, CLOSED, { at: 0, jitter: 0, probes: [], measure }) !== undefined;
        expect(opens).toBe(measure.n >= rule.min && measure.value > rule.over);
      }),
    );
  });

  it('pauses at most half of a type of four or more without a person', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 500 }), (agents) => {
        let paused = 0;
        while (mayPauseMore(agents, paused)) paused++;
        expect(paused).toBe(Math.floor(agents / 2));
      }),
    );
    expect([1, 2, 3].map((agents) => mayPauseMore(agents, agents - 1))).toEqual([true, true, true]);
  });
});

const SECOND_MS = 1_000;
const BUCKET_MS = 10_000;

/** A repeatable source of random numbers below 1 (mulberry32). */
function toRandom(seed: number): () => number {
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
  callsPerSecond: number;
  /** The share of calls that fail at a second. */
  rateAt: (second: number) => number;
}

/**
 * A breaker over simulated calls, judged after every second as batches are: counts in buckets of ten seconds, the window
 * beginning anew when it closes, a probe run of five calls each second while half open. Gives when it opened, and when
 * the exact rate of the last window went over the threshold first.
 */
function simulate({ seed, seconds, callsPerSecond, rateAt }: Fleet): {
  opened: number[];
  exceededAt: number | undefined;
} {
  const random = toRandom(seed);
  const made: Sums[] = [];
  const opened: number[] = [];
  let memory = CLOSED;
  let countsFrom = 0;
  let probes: ('ok' | 'failed' | 'void')[] = [];
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
    const calls = Array.from({ length: Math.floor(callsPerSecond + random()) }, () => random() < rateAt(second));
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

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

describe('over simulated calls', () => {
  it('opens at most ten seconds after the rate of the window went over the threshold', () => {
    for (const seed of SEEDS) {
      const rateAt = (second: number) => (second < 400 ? 0.02 : 0.5);
      const { opened, exceededAt } = simulate({ seed, seconds: 700, callsPerSecond: 1, rateAt });
      expect(exceededAt, `seed ${seed}`).toBeDefined();
      expect(opened[0], `seed ${seed}`).toBeLessThanOrEqual((exceededAt ?? 0) + 10 * SECOND_MS);
    }
  });

  it('does not flap at a rate equal to the threshold, with noise: at most one opening in ten minutes', () => {
    for (const seed of SEEDS) {
      const noise = toRandom(seed + 1_000);
      const rates = Array.from({ length: 3_600 }, () => 0.15 + (noise() - 0.5) * 0.06);
      const { opened } = simulate({ seed, seconds: 3_600, callsPerSecond: 1, rateAt: (second) => rates[second] ?? 0 });
      const gaps = opened.slice(1).map((at, i) => at - (opened[i] ?? 0));
      expect(Math.min(10 * MINUTE_MS, ...gaps), `seed ${seed}: ${opened}`).toBe(10 * MINUTE_MS);
    }
  });

  it('never opens below the least number of calls, whatever fails', () => {
    for (const seed of SEEDS)
      expect(simulate({ seed, seconds: 900, callsPerSecond: 0, rateAt: () => 1 }).opened).toEqual([]);
    const few = { ...RULE, min: 500 };
    expect(
      nextTransition(few, CLOSED, { ...evidence(499, 499), measure: toMeasure(few, sums(499, 499)) }),
    ).toBeUndefined();
  });
});
