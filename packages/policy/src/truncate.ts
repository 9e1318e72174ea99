/** The most UTF-8 bytes of one payload field; beyond it head and tail remain. */
export const FIELD_LIMIT_BYTES = 32 * 1024;
const HEAD_BYTES = 24 * 1024;
const TAIL_BYTES = 8 * 1024;

export interface TruncatedText {
  text: string;
  truncated: boolean;
  /** UTF-8 bytes before the cut. */
  size: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Keeps the first 24 KiB and the last 8 KiB of a text over 32 KiB, joined by `…[n bytes cut]…`. Characters are never
 * cut in two. Redact first: a cut secret escapes its pattern.
 */
export function truncateText(text: string): TruncatedText {
  const bytes = encoder.encode(text);
  const size = bytes.length;
  if (size <= FIELD_LIMIT_BYTES) return { text, truncated: false, size };
  const head = bytes.subarray(0, toBoundary(bytes, HEAD_BYTES));
  const tail = bytes.subarray(toBoundary(bytes, size - TAIL_BYTES + 3));
  const cut = size - head.length - tail.length;
  return { text: `${decoder.decode(head)}…[${cut} bytes cut]…${decoder.decode(tail)}`, truncated: true, size };
}

/** The last index ≤ `at` where a character begins. */
function toBoundary(bytes: Uint8Array, at: number): number {
  let i = at;
  while (i > 0 && ((bytes[i] ?? 0) & 0xc0) === 0x80) i--;
  return i;
}
