import type { BreakerIr } from '@mission-control/policy/evaluate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBin } from '#server/platform/histograms/histogram.rules.ts';
import { CLOSED, RULE, simulate, sums, toRandom } from '../../../../test/breakers/simulate.ts';
import { isClearlyOver, isOver, isRunOver, toMeasure } from '../judging/measure.rules.ts';
import { type BreakerMemory, mayPauseMore, nextTransition, toOpenMs, toProbeOutcome } from './transitions.rules.ts';

const MINUTE_MS = 60_000;

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
    expect([14, 17].map((count) => isClearlyOver(rule, stopped(count)))).toEqual([false, true]);
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

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

describe('over simulated calls', () => {
  it('opens at most ten seconds after the rate of the window went over the threshold', () => {
    for (const seed of SEEDS) {
      const rateAt = (second: number) => (second < 400 ? 0.02 : 0.5);
      const { opened, exceededAt } = simulate({ seed, seconds: 700, callsAt: () => 1, rateAt });
      expect(exceededAt, `seed ${seed}`).toBeDefined();
      expect(opened[0], `seed ${seed}`).toBeLessThanOrEqual((exceededAt ?? 0) + 10_000);
    }
  });

  it('does not flap at a rate equal to the threshold, with noise: at most one opening in ten minutes', () => {
    for (const seed of SEEDS) {
      const noise = toRandom(seed + 1_000);
      const rates = Array.from({ length: 3_600 }, () => 0.15 + (noise() - 0.5) * 0.06);
      const { opened } = simulate({ seed, seconds: 3_600, callsAt: () => 1, rateAt: (second) => rates[second] ?? 0 });
      const gaps = opened.slice(1).map((at, i) => at - (opened[i] ?? 0));
      expect(Math.min(10 * MINUTE_MS, ...gaps), `seed ${seed}: ${opened}`).toBe(10 * MINUTE_MS);
    }
  });

  it('never opens below the least number of calls, whatever fails', () => {
    // 19 calls in five minutes.
    const callsAt = (second: number) => (second % 16 === 0 ? 1 : 0);
    expect(simulate({ seed: 1, seconds: 3_600, callsAt, rateAt: () => 1 }).opened).toEqual([]);
    const oneMore = (second: number) => (second % 15 === 0 ? 1 : 0);
    expect(simulate({ seed: 1, seconds: 3_600, callsAt: oneMore, rateAt: () => 1 }).opened).not.toEqual([]);
  });
});
