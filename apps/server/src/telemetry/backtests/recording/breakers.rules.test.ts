import type { BreakerIr } from '@mission-control/policy/evaluate';
import { expect, it } from 'vitest';
import { createBreaker } from './breakers.rules.ts';

const MINUTE_MS = 60_000;
const RULE: BreakerIr = {
  ...{ kind: 'breaker', watch: 'error_rate', over: 0.15, window_ms: 5 * MINUTE_MS, min: 20 },
  ...{ scope: 'agent', action: 'pause', open_ms: 2 * MINUTE_MS, probes: 3 },
};

/** Feeds minutes of calls and errors; when the breaker was open, in minutes. */
function open(minutes: [minute: number, n: number, errors: number][], rule = RULE): [number, number][] {
  const breaker = createBreaker(rule);
  for (const [minute, n, errors] of minutes)
    breaker.add({ minute_ms: minute * MINUTE_MS, n, errors, violations: 0, histograms: null });
  return breaker.opened.map(({ fromMs, toMs }) => [fromMs / MINUTE_MS, toMs / MINUTE_MS]);
}

it('opens when enough calls of the window failed, and not on few', () => {
  expect(open([[0, 10, 9]])).toEqual([]);
  expect(open([[0, 25, 3]])).toEqual([]);
  expect(open([[0, 25, 4]])).toEqual([[1, 3]]);
  // The errors of the first minute are out of the window when there are enough calls.
  const late: [number, number, number][] = [
    [0, 10, 9],
    [6, 25, 3],
  ];
  expect(open(late)).toEqual([]);
});

it('stays open twice as long with every try that fails, and begins anew after one that went well', () => {
  const failing: [number, number, number][] = [
    [0, 20, 10],
    [2, 20, 20],
    [3, 3, 3],
    [8, 3, 0],
    [9, 20, 10],
  ];
  expect(open(failing)).toEqual([
    [1, 3],
    [4, 8],
    [10, 12],
  ]);
});

it('looks at the time of calls, and at what policies stopped', () => {
  const slow = createBreaker({ ...RULE, watch: 'latency_p95', over: 1_000 });
  // Bin 700 holds about 3.8 s.
  slow.add({ minute_ms: 0, n: 20, errors: 0, violations: 0, histograms: [{ '700': 20 }, null] });
  const stopped = createBreaker({ ...RULE, watch: 'violations', over: 2, min: 1 });
  stopped.add({ minute_ms: 0, n: 0, errors: 0, violations: 3, histograms: null });
  expect([slow.opened.length, stopped.opened.length]).toEqual([1, 1]);
});
