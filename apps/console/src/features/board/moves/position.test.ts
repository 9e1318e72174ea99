import fc from 'fast-check';
import { expect, it } from 'vitest';
import { positionBetween } from './position.ts';

const isBefore = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

it('finds a place at the end, at the start and between', () => {
  const only = positionBetween(undefined, undefined);
  const last = positionBetween(only, undefined);
  const first = positionBetween(undefined, only);
  expect(isBefore(first, only) && isBefore(only, last)).toBe(true);
});

it('keeps the order of any column under any drops, and never ends in 0', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 200 }), (drops) => {
      const column: string[] = [];
      for (const drop of drops) {
        const at = drop % (column.length + 1);
        column.splice(at, 0, positionBetween(column[at - 1], column[at]));
      }
      for (const [index, position] of column.entries()) {
        expect(position).toMatch(/^[0-9A-Za-z]*[1-9A-Za-z]$/);
        if (index > 0) expect(isBefore(column[index - 1] as string, position)).toBe(true);
      }
    }),
  );
});
