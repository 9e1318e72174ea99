import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FIELD_LIMIT_BYTES, truncateText } from '../src/truncate.ts';

it('leaves text within the limit alone', () => {
  const text = 'x'.repeat(FIELD_LIMIT_BYTES);
  expect(truncateText(text)).toEqual({ text, truncated: false, size: FIELD_LIMIT_BYTES });
});

it('keeps head and tail and says how much was cut', () => {
  const { text, truncated, size } = truncateText(`HEAD${'x'.repeat(100_000)}TAIL`);
  expect(truncated).toBe(true);
  expect(size).toBe(100_008);
  expect(text).toMatch(/^HEAD.*…\[\d+ bytes cut\]….*TAIL$/);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(FIELD_LIMIT_BYTES + 32);
});

it('never cuts a character in two', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7 }), fc.constantFrom('é', '€', '😀'), (shift, character) => {
      const { text } = truncateText('x'.repeat(shift) + character.repeat(20_000));
      expect(text).not.toContain('\ufffd');
    }),
  );
});
