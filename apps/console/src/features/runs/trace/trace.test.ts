import { describe, expect, it } from 'vitest';
import type { StepSkeleton } from '#console/api/contract.ts';
import { buildTrace, findCriticalPath, findNext, findTrouble, type StepStatus, visiblePlaces } from './trace.ts';

interface StepInput {
  key: string;
  parent?: string;
  attempt?: number;
  status?: StepStatus;
  start: number;
  dur: number | null;
}

/** Columns as the server sends them, sorted by start. */
function skeletonOf(steps: StepInput[]): StepSkeleton {
  const indexOf = (key: string | undefined) => (key === undefined ? -1 : steps.findIndex((step) => step.key === key));
  return {
    fields: 'skeleton',
    base: '2026-11-21T05:00:00.000Z',
    max_seq: steps.length,
    seq: steps.map((_, index) => index),
    key: steps.map(({ key }) => key),
    parent: steps.map(({ parent }) => indexOf(parent)),
    attempt: steps.map(({ attempt }) => attempt ?? 1),
    kind: steps.map(() => 'tool' as const),
    name: steps.map(({ key }) => key),
    status: steps.map(({ status }) => status ?? 'ok'),
    start_us: steps.map(({ start }) => start),
    dur_us: steps.map(({ dur }) => dur),
    wait_us: steps.map(() => null),
    tokens: steps.map(() => 10),
    model: steps.map(() => null),
  };
}

const nested = skeletonOf([
  { key: 'plan', start: 0, dur: 100 },
  { key: 'search', parent: 'plan', start: 10, dur: 20, status: 'error', attempt: 1 },
  { key: 'search', parent: 'plan', start: 40, dur: 20, attempt: 2 },
  { key: 'write', start: 100, dur: 100, status: 'error' },
  { key: 'save', parent: 'write', start: 150, dur: 40, status: 'error' },
]);

describe('buildTrace', () => {
  it('puts children under their parents and attempts of a step on one row', () => {
    const { rows, endUs } = buildTrace(nested);
    expect(rows.map(({ key, depth }) => [key, depth])).toEqual([
      ['plan', 0],
      ['search', 1],
      ['write', 0],
      ['save', 1],
    ]);
    expect(rows[1]).toMatchObject({ status: 'ok', tokens: 20, startUs: 10, endUs: 60 });
    expect(rows[1]?.bars.map(({ status }) => status)).toEqual(['error', 'ok']);
    expect(endUs).toBe(200);
  });

  it('leaves the end of an open step open', () => {
    expect(buildTrace(skeletonOf([{ key: 'a', start: 0, dur: null, status: 'running' }])).rows[0]?.endUs).toBeNull();
  });

  it('shows every step even when parents point at each other', () => {
    const loop = skeletonOf([
      { key: 'root', start: 0, dur: 1 },
      { key: 'self', parent: 'self', start: 1, dur: 1 },
      { key: 'a', parent: 'b', start: 2, dur: 1 },
      { key: 'b', parent: 'a', start: 3, dur: 1 },
    ]);
    expect(buildTrace(loop).rows.map(({ key }) => key)).toEqual(expect.arrayContaining(['root', 'self', 'a', 'b']));
  });

  it('takes 50,000 steps', () => {
    const steps = Array.from({ length: 50_000 }, (_, index) => index);
    const columns = skeletonOf([]);
    const trace = buildTrace({
      ...columns,
      seq: steps,
      key: steps.map(String),
      parent: steps.map((index) => (index === 0 ? -1 : 0)),
      attempt: steps.map(() => 1),
      kind: steps.map(() => 'tool' as const),
      name: steps.map(String),
      status: steps.map(() => 'ok' as const),
      start_us: steps,
      dur_us: steps.map(() => 1),
      wait_us: steps.map(() => null),
      tokens: steps.map(() => 0),
      model: steps.map(() => null),
    });
    expect(trace.rows).toHaveLength(50_000);
    expect(trace.rows[0]?.end).toBe(50_000);
    expect(findCriticalPath(trace.rows, trace.endUs).size).toBeGreaterThan(0);
  });
});

describe('reading a trace', () => {
  const { rows, endUs } = buildTrace(nested);

  it('skips what is folded away', () => {
    expect(visiblePlaces(rows, new Set(['plan']))).toEqual([0, 2, 3]);
    expect(visiblePlaces(rows, new Set())).toEqual([0, 1, 2, 3]);
  });

  it('finds where a failure began, not the parents it went through', () => {
    expect(findTrouble(rows)?.key).toBe('save');
  });

  it('finds nothing in a run that went well', () => {
    expect(findTrouble(buildTrace(skeletonOf([{ key: 'a', start: 0, dur: 1 }])).rows)).toBeUndefined();
  });

  it('goes round to the next error', () => {
    const isError = ({ status }: { status: StepStatus }) => status === 'error';
    expect(findNext(rows, 2, isError)?.key).toBe('save');
    expect(findNext(rows, 3, isError)?.key).toBe('write');
  });

  it('marks the chain without which the run would have been shorter', () => {
    expect(findCriticalPath(rows, endUs)).toEqual(new Set(['plan', 'search', 'write', 'save']));
    const parallel = buildTrace(
      skeletonOf([
        { key: 'fast', start: 0, dur: 10 },
        { key: 'slow', start: 0, dur: 90 },
      ]),
    );
    expect(findCriticalPath(parallel.rows, parallel.endUs)).toEqual(new Set(['slow']));
  });
});
