import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COLUMN_PX, layOut, type Place } from './layout.ts';

const ids = Array.from({ length: 12 }, (_, i) => `n${i}`);
const links = fc.array(fc.record({ from: fc.constantFrom(...ids), to: fc.constantFrom(...ids) }), { maxLength: 40 });
const cells = (places: ReadonlyMap<string, Place>) =>
  new Set([...places.values()].map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`)).size;

it('puts callees right of their callers', () => {
  const places = layOut(
    ['b', 'a', 'c'],
    [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'a', to: 'c' },
    ],
  );
  expect(['a', 'b', 'c'].map((id) => (places.get(id)?.x ?? -1) / COLUMN_PX)).toEqual([0, 1, 2]);
});

it('gives every node a place of its own, also in cycles', () => {
  fc.assert(
    fc.property(links, (given) => {
      expect(cells(layOut(ids, given))).toBe(ids.length);
    }),
  );
});

it('does not move what stands when something comes', () => {
  fc.assert(
    fc.property(links, (given) => {
      const before = layOut(ids, given);
      const after = layOut([...ids, 'new'], [...given, { from: 'n0', to: 'new' }], before);
      for (const id of ids) expect(after.get(id)).toEqual(before.get(id));
      expect(cells(after)).toBe(ids.length + 1);
    }),
  );
});
