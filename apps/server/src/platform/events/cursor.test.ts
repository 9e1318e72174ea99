import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatCursor, isAfter, parseEventCursor } from './cursor.ts';

const cursors = fc.record({
  tx: fc.bigInt({ min: 0n, max: 2n ** 63n }).map(String),
  id: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
});

it('reads back every id that it gave out', () => {
  fc.assert(
    fc.property(cursors, (cursor) => {
      expect(parseEventCursor(formatCursor(cursor))).toEqual(cursor);
    }),
  );
});

it('takes nothing else for an id', () => {
  for (const text of ['', '-', 'a', 'A-1', '1-', '1-1-1', '../..', 'z'.repeat(40), `${'z'.repeat(13)}-1`])
    expect(parseEventCursor(text)).toBeUndefined();
});

it('orders by transaction, then by row', () => {
  fc.assert(
    fc.property(cursors, cursors, (a, b) => {
      const expected = BigInt(a.tx) === BigInt(b.tx) ? a.id > b.id : BigInt(a.tx) > BigInt(b.tx);
      expect(isAfter(a, b)).toBe(expected);
    }),
  );
});
