import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mergeHistograms,
  quantile,
  toBin,
  toHistogramJson,
  toValue,
} from '#server/platform/histograms/histogram.rules.ts';
import {
  addDuration,
  createRollups,
  createValueCap,
  mergeRollups,
  type Rollups,
  spanOf,
  sumOf,
  toMinute,
} from './rollups.rules.ts';

const durations = fc.array(fc.integer({ min: 1, max: 3_600_000_000 }), { minLength: 1, maxLength: 300 });

describe('histograms', () => {
  it('report every value within 1.1 %', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: Number.MAX_SAFE_INTEGER }), (value) => {
        expect(Math.abs(toValue(toBin(value)) / value - 1)).toBeLessThan(0.0111);
      }),
    );
  });

  it('give a percentile within 1.1 % of the exact one', () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99, 1), (values, share) => {
        const bins = new Map<number, number>();
        for (const value of values) bins.set(toBin(value), (bins.get(toBin(value)) ?? 0) + 1);
        const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(values.length * share)) - 1] as number;
        const told = quantile(JSON.parse(toHistogramJson(bins) as string), share) as number;
        expect(Math.abs(told / Math.max(1, exact) - 1)).toBeLessThan(0.023);
      }),
    );
  });

  it('add up to the same whatever the grouping', () => {
    const histogram = fc.dictionary(fc.integer({ min: -1, max: 900 }).map(String), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(histogram, histogram, histogram, (a, b, c) => {
        expect(mergeHistograms([mergeHistograms([a, b]), c])).toEqual(mergeHistograms([a, mergeHistograms([b, c])]));
      }),
    );
  });

  it('have no percentile when they are empty', () => {
    expect(quantile(null, 0.5)).toBeNull();
  });
});

const fact = fc.record({
  agentId: fc.constantFrom('a', 'b', null),
  dim: fc.constantFrom('tool' as const, 'model' as const),
  value: fc.constantFrom('x', 'y', 'z'),
  at: fc.integer({ min: 0, max: 3 * 3_600_000_000 }),
  durUs: fc.integer({ min: 0, max: 1_000_000 }),
});

function toRollups(
  facts: { agentId: string | null; dim: 'tool' | 'model'; value: string; at: number; durUs: number }[],
): Rollups {
  const rollups = createRollups();
  for (const { agentId, dim, value, at, durUs } of facts) {
    const sum = sumOf(spanOf(rollups, { orgId: 'o', agentId, versionId: null, t: toMinute(at) }), dim, value);
    sum.n++;
    addDuration(sum, durUs);
  }
  return rollups;
}

const byKey = (rows: ReturnType<typeof mergeRollups>['minutes']) =>
  Object.fromEntries(
    rows.map((row) => [
      `${row.place.agentId} ${row.dim} ${row.value} ${row.place.t}`,
      [row.n, row.durSumUs, Object.fromEntries(row.durBins)],
    ]),
  );

describe('rollups', () => {
  it('are the same however the facts are split into batches', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (facts, size) => {
        const batches: Rollups[] = [];
        for (let i = 0; i < facts.length; i += size) batches.push(toRollups(facts.slice(i, i + size)));
        expect(byKey(mergeRollups(batches).minutes)).toEqual(byKey(mergeRollups([toRollups(facts)]).minutes));
      }),
    );
  });

  it('of minutes add up to those of hours', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 200 }), (facts) => {
        const { minutes, hours } = mergeRollups([toRollups(facts)]);
        const total = (rows: typeof minutes) => [
          rows.reduce((sum, { n }) => sum + n, 0),
          rows.reduce((sum, { durSumUs }) => sum + durSumUs, 0),
        ];
        expect(total(hours)).toEqual(total(minutes));
        expect(total(hours)[0]).toBe(facts.length);
      }),
    );
  });

  it('leave the batches as they were, so that a failed flush can be tried again', () => {
    const batch = toRollups([{ agentId: 'a', dim: 'tool', value: 'x', at: 0, durUs: 5 }]);
    expect(mergeRollups([batch, batch]).minutes[0]?.n).toBe(2);
    expect(mergeRollups([batch]).minutes[0]?.n).toBe(1);
  });

  it('count what exceeds 200 values of a dimension under one name', () => {
    const cap = createValueCap();
    const place = { orgId: 'o', agentId: 'a', versionId: null, t: 0 };
    const names = Array.from({ length: 250 }, (_, i) => cap(place, 'tool', `tool-${i}`));
    expect(names.filter((name) => name === '__other__')).toHaveLength(50);
    expect(cap(place, 'tool', 'tool-3')).toBe('tool-3');
  });
});
