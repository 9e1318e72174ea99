import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toVisiblePieces, toVisibleText } from './visible-text.ts';

describe('toVisiblePieces', () => {
  it('names characters that reorder or hide text', () => {
    expect(toVisibleText('invoice\u202etxt.exe')).toBe('invoice[U+202E]txt.exe');
    expect(toVisibleText('a\u200bb\u0000c')).toBe('a[U+200B]b[U+0000]c');
  });

  it('leaves tabs, line breaks and other scripts as they are', () => {
    expect(toVisibleText('a\tb\nc\r\nd')).toBe('a\tb\nc\nd');
    expect(toVisibleText('שלום 你好 👍')).toBe('שלום 你好 👍');
  });

  it('never lets a control character through, and loses nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const pieces = toVisiblePieces(text);
        const plain = pieces.filter(({ isControl }) => !isControl).map((piece) => piece.text);
        expect(plain.join('')).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b-\u200f]/);
        expect(
          pieces.filter(({ isControl }) => isControl).every((piece) => /^U\+[0-9A-F]{4,6}$/.test(piece.text)),
        ).toBe(true);
      }),
    );
  });
});
