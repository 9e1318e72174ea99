import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeVersion, type WatchedRun } from './watch.rules.ts';

const makeRuns = (n: number, change: (index: number) => Partial<WatchedRun> = () => ({})): WatchedRun[] =>
  Array.from({ length: n }, (_, index) => ({
    ...{ is_error: false, dur_us: 1_000_000, tool_calls: 3, tokens: 1_000, score: 0.8 },
    ...change(index),
  }));
const failing = (n: number, share: number) => makeRuns(n, (index) => ({ is_error: index < n * share }));
const judge = (after: WatchedRun[], before = makeRuns(100), isOver = false) => judgeVersion({ after, before, isOver });

describe('a new version', () => {
  it('is worse by its error rate when that is no coincidence', () => {
    expect(judge(failing(20, 0.4))).toMatchObject({
      verdict: 'worse',
      findings: [{ metric: 'error_rate', before: 0, after: 0.4, rolls_back: true }],
    });
    // One failure in ten can happen to anybody.
    expect(judge(failing(10, 0.1), failing(100, 0.03)).verdict).toBe('watching');
    // The same rates after fifty runs are no news either.
    expect(judge(failing(50, 0.08), failing(100, 0.05)).verdict).toBe('good');
  });

  it('is worse by latency and score; by work alone it is changed', () => {
    expect(judge(makeRuns(50, () => ({ dur_us: 2_000_000 })))).toMatchObject({
      verdict: 'worse',
      findings: [{ metric: 'p95_ms', before: 1000, after: 2000 }],
    });
    expect(judge(makeRuns(20, () => ({ score: 0.6 }))).verdict).toBe('worse');
    expect(judge(makeRuns(50, () => ({ tokens: 4_000, tool_calls: 1 })))).toMatchObject({
      verdict: 'changed',
      findings: [{ metric: 'tool_calls_per_run' }, { metric: 'tokens_per_run', rolls_back: false }],
    });
  });

  it('is watched until fifty runs or the hour are over, and needs ten of them', () => {
    expect(judge(makeRuns(9, () => ({ is_error: true }))).verdict).toBe('watching');
    expect(
      judge(
        makeRuns(9, () => ({ is_error: true })),
        undefined,
        true,
      ).verdict,
    ).toBe('too_few');
    expect(judge(makeRuns(49)).verdict).toBe('watching');
    expect(judge(makeRuns(50)).verdict).toBe('good');
    expect(judge(makeRuns(12), undefined, true).verdict).toBe('good');
  });

  it('is held to a fixed rate when nothing is known of the one before', () => {
    expect(judge(failing(20, 0.2), makeRuns(3))).toMatchObject({
      verdict: 'worse',
      before: null,
      findings: [{ before: null }],
    });
    expect(judge(failing(20, 0.1), makeRuns(3)).verdict).toBe('watching');
  });

  it('is never worse for being as good as or better than the one before', () => {
    const arbitrary = fc.record({
      n: fc.integer({ min: 10, max: 50 }),
      rate: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(arbitrary, fc.double({ min: 0, max: 1, noNaN: true }), ({ n, rate }, share) => {
        const before = failing(100, rate);
        const was = before.filter(({ is_error }) => is_error).length / 100;
        const after = failing(n, Math.max(0, Math.floor(was * share * n) / n));
        expect(judge(after, before).verdict).not.toBe('worse');
      }),
    );
  });
});
