/** Code points from `lo` to `hi`, both included. */
export type CodeRange = readonly [lo: number, hi: number];

/** What a pattern says, whatever it was written in. */
export type Syntax =
  | { set: readonly CodeRange[] }
  | { seq: readonly Syntax[] }
  | { alt: readonly Syntax[] }
  | { repeat: Syntax; min: number; max: number }
  | { at: 'start' | 'end' };

export const MAX_CODE = 0x10ffff;
export const ANY: Syntax = { set: [[0, MAX_CODE]] };

/** A pattern that is not of the language (MC130), or grows beyond its table (MC131). */
export class PatternError extends Error {
  readonly code: 'MC130' | 'MC131';

  constructor(code: 'MC130' | 'MC131', message: string) {
    super(message);
    this.name = 'PatternError';
    this.code = code;
  }
}

/** The code points that are in none of the ranges. */
export function invert(ranges: readonly CodeRange[]): CodeRange[] {
  const out: CodeRange[] = [];
  let next = 0;
  for (const [lo, hi] of ranges.toSorted(([a], [b]) => a - b)) {
    if (lo > next) out.push([next, lo - 1]);
    next = Math.max(next, hi + 1);
  }
  if (next <= MAX_CODE) out.push([next, MAX_CODE]);
  return out;
}

/** A name or glob: `*` within a segment, `**` across `/`, `?` one character that is not `/`. */
export function parseGlob(glob: string): Syntax {
  const segment: Syntax = { set: invert([[47, 47]]) };
  return {
    seq: [...glob.matchAll(/\*\*+|[\s\S]/gu)].map(([token]) => {
      if (token.startsWith('**')) return { repeat: ANY, min: 0, max: Number.POSITIVE_INFINITY };
      if (token === '*') return { repeat: segment, min: 0, max: Number.POSITIVE_INFINITY };
      if (token === '?') return segment;
      const code = token.codePointAt(0) ?? 0;
      return { set: [[code, code]] as const };
    }),
  };
}
