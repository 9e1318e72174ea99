import type { Dfa } from '../ir.ts';

/** Longer texts are not looked at. */
export const MAX_CODE_POINTS = 4_096;

/** Undefined when the text is longer than may be looked at. */
export type TextMatcher = (text: string) => boolean | undefined;

/** Makes the walk over a table: two look-ups for each character. */
export function createMatcher({ n, k, r, t, a }: Dfa): TextMatcher {
  const accepting = new Uint8Array(n);
  for (const state of a) accepting[state] = 1;
  const next = Int16Array.from(t);
  const ascii = Int8Array.from({ length: 128 }, (_, code) => findClass(r, code));
  const step = (state: number, code: number): number => {
    const kind = code < 128 ? (ascii[code] ?? -1) : findClass(r, code);
    return kind === -1 ? -1 : (next[state * k + kind] ?? -1);
  };
  return (text) => {
    if (text.length > MAX_CODE_POINTS && countCodePoints(text) > MAX_CODE_POINTS) return undefined;
    let state = 0;
    for (let i = 0; i < text.length && state !== -1; i++) {
      const code = text.codePointAt(i) ?? 0;
      if (code > 0xffff) i++;
      state = step(state, code);
    }
    return accepting[state] === 1;
  };
}

function findClass(ranges: readonly number[], code: number): number {
  let low = 0;
  let high = ranges.length / 3 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < (ranges[middle * 3] ?? 0)) high = middle - 1;
    else if (code > (ranges[middle * 3 + 1] ?? 0)) low = middle + 1;
    else return ranges[middle * 3 + 2] ?? -1;
  }
  return -1;
}

/** Code points of a text; a lone half of a pair counts as one. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
