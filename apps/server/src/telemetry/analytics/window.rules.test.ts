import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toParts, toWindow } from './window.rules.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-03-19T10:20:00Z');
const before = (ms: number) => new Date(NOW.getTime() - ms);

it('begins with whole days, hours or minutes, the longer the range the coarser', () => {
  const from = (ms: number) => toWindow({ from: before(ms).toISOString() }, NOW);
  expect(from(10 * DAY_MS)).toMatchObject({ grain: 'day', from: new Date('2026-03-09T00:00:00Z') });
  expect(from(DAY_MS)).toMatchObject({ grain: 'hour', from: new Date('2026-03-18T10:00:00Z') });
  expect(from(3_600_000)).toMatchObject({ grain: 'minute', from: new Date('2026-03-19T09:20:00Z') });
  expect(from(32 * DAY_MS)).toBeUndefined();
  expect(toWindow({ to: NOW.toISOString(), from: NOW.toISOString() }, NOW)).toBeUndefined();
});

it('covers every instant of a range once, whatever has been summed', () => {
  const mark = fc.option(
    fc.integer({ min: 0, max: 40 * 24 }).map((hours) => new Date(Date.UTC(2026, 2, 19, 10 - hours))),
  );
  const day = fc.option(fc.integer({ min: 0, max: 40 }).map((days) => new Date(Date.UTC(2026, 2, 19 - days))));
  const reach = fc.constantFrom('fleet' as const, 'agents' as const, 'runs' as const);
  const length = fc.integer({ min: 1, max: 31 * DAY_MS });
  fc.assert(
    fc.property(length, reach, fc.record({ hour: mark, day }), (lengthMs, whose, marks) => {
      const window = toWindow({ from: before(lengthMs).toISOString() }, NOW);
      if (!window) throw new Error('within bounds');
      const parts = toParts(window, whose, lengthMs % 2 === 0, marks);
      expect(parts[0]?.from).toEqual(window.from);
      expect(parts.at(-1)?.to).toEqual(window.to);
      for (const [index, part] of parts.entries()) {
        expect(part.from < part.to).toBe(true);
        if (index > 0) expect(part.from).toEqual(parts[index - 1]?.to);
      }
    }),
  );
});
