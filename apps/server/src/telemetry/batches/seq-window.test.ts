import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SeqWindow } from './seq-window.ts';

it('tells a repeat from a first time as a set would, within 1,024 of the highest', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 400 }), (numbers) => {
      const window = new SeqWindow();
      const seen = new Set<number>();
      for (const seq of numbers) {
        expect(window.take(seq)).toBe(!seen.has(seq));
        seen.add(seq);
      }
    }),
  );
});

it('forgets nothing while it moves on by large and small steps', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_500 }), { minLength: 1, maxLength: 60 }), (steps) => {
      const window = new SeqWindow();
      let seq = 0;
      for (const step of steps) {
        seq += step;
        expect(window.take(seq)).toBe(true);
        expect(window.take(seq)).toBe(false);
      }
    }),
  );
});

it('believes numbers far below the highest', () => {
  const window = new SeqWindow();
  window.take(5_000);
  expect([window.take(10), window.take(10)]).toEqual([true, true]);
});
