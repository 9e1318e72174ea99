import type { Path, Segment } from '../../ir.ts';

const PART = /\.?(?:\[(\d+|\*|\?)\]|"([^"]+)"|([^.[\]"()$\s]+))/y;

/** Reads `a.b[0].c`, `[*]`, `[?]`, `a."x.y"`, `$`, `bytes(…)` and `count(…)`; undefined when it cannot. */
export function parsePath(written: string): Path | undefined {
  const [, fn, inner] = /^(bytes|count)\((.*)\)$/.exec(written) ?? [];
  const text = inner ?? written;
  const s = text === '$' ? [] : parseSegments(text.replace(/^\$\./, ''));
  if (!s) return undefined;
  return { s, ...(fn === 'bytes' || fn === 'count' ? { fn } : {}), from: 'args' };
}

function parseSegments(text: string): Segment[] | undefined {
  const segments: Segment[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const isFirst = PART.lastIndex === 0;
    const match = PART.exec(text);
    if (!match || (isFirst ? match[0].startsWith('.') : !/^[.[]/.test(match[0]))) return undefined;
    segments.push(toSegment(match));
  }
  return segments.length === 0 ? undefined : segments;
}

function toSegment([, index, quoted, plain]: RegExpExecArray): Segment {
  if (index === '*') return { all: 1 };
  if (index === '?') return { any: 1 };
  return index === undefined ? (quoted ?? plain ?? '') : Number(index);
}
