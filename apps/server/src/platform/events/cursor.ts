/** A place in the order of facts: transaction, then row. */
export interface EventCursor {
  tx: string;
  id: number;
}

/** The opaque stream id that clients send back as `Last-Event-ID`. */
export const formatCursor = ({ tx, id }: EventCursor): string => `${BigInt(tx).toString(36)}-${id.toString(36)}`;

/** undefined for anything that {@link formatCursor} did not make. */
export function parseEventCursor(text: string): EventCursor | undefined {
  const match = /^([0-9a-z]{1,13})-([0-9a-z]{1,11})$/.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  const id = Number.parseInt(match[2], 36);
  return Number.isSafeInteger(id) ? { tx: fromBase36(match[1]).toString(), id } : undefined;
}

const fromBase36 = (text: string): bigint =>
  [...text].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);

export function isAfter(a: EventCursor, b: EventCursor): boolean {
  if (a.tx === b.tx) return a.id > b.id;
  return BigInt(a.tx) > BigInt(b.tx);
}
