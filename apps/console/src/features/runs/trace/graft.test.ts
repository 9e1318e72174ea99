import { describe, expect, it } from 'vitest';
import { graftRuns } from './graft.ts';
import { type Trace, type TraceRow, visiblePlaces } from './trace.ts';

const rowOf = (key: string, startUs: number, endUs: number): TraceRow => ({
  key,
  stepKey: key,
  name: key,
  kind: 'other',
  status: 'ok',
  model: null,
  tokens: 0,
  depth: 0,
  parent: -1,
  end: 0,
  hasChildren: false,
  bars: [{ attempt: 1, status: 'ok', startUs, endUs, waitUs: 0 }],
  startUs,
  endUs,
});

const traceOf = (...rows: TraceRow[]): Trace => ({
  rows: rows.map((row, place) => ({ ...row, end: place + 1 })),
  placeOf: new Map(rows.map(({ key }, place) => [key, place])),
  endUs: Math.max(...rows.map(({ endUs }) => endUs ?? 0)),
});

const parent = traceOf(rowOf('ask', 0, 100), rowOf('write', 100, 200));
const child = traceOf(rowOf('search', 0, 40), rowOf('read', 40, 60));

describe('graftRuns', () => {
  const trace = graftRuns(parent, [{ stepKey: 'ask', runId: 'r2', offsetUs: 10, trace: child }]);

  it('puts the steps of a started run under its step, at their own time', () => {
    expect(trace.rows.map(({ key, depth, startUs }) => [key, depth, startUs])).toEqual([
      ['ask', 0, 0],
      ['r2/search', 1, 10],
      ['r2/read', 1, 50],
      ['write', 0, 100],
    ]);
    expect(trace.rows[1]).toMatchObject({ runId: 'r2', stepKey: 'search', bars: [{ startUs: 10, endUs: 50 }] });
    expect(trace.placeOf.get('write')).toBe(3);
  });

  it('folds like any other subtree', () => {
    expect(trace.rows[0]).toMatchObject({ hasChildren: true, end: 3 });
    expect(visiblePlaces(trace.rows, new Set(['ask']))).toEqual([0, 3]);
  });

  it('goes on inside a started run', () => {
    const nested = graftRuns(child, [
      { stepKey: 'read', runId: 'r3', offsetUs: 41, trace: traceOf(rowOf('open', 0, 5)) },
    ]);
    const whole = graftRuns(parent, [{ stepKey: 'ask', runId: 'r2', offsetUs: 10, trace: nested }]);
    expect(whole.rows.map(({ key, depth, runId }) => [key, depth, runId])).toContainEqual(['r2/r3/open', 2, 'r3']);
    expect(whole.rows.find(({ stepKey }) => stepKey === 'open')?.startUs).toBe(51);
  });

  it('stretches the time line to the end of a run that outlives its step', () => {
    const late = traceOf(rowOf('slow', 0, 900));
    expect(graftRuns(parent, [{ stepKey: 'ask', runId: 'r2', offsetUs: 10, trace: late }]).endUs).toBe(910);
  });
});
