/** A place in the order of facts: transaction, then row. */
export interface EventCursor {
  tx: string;
  id: number;
}

/** The largest xid8. */
const MAX_TX = 2n ** 64n - 1n;

/** The opaque stream id that clients send back as `Last-Event-ID`. */
export const formatCursor = ({ tx, id }: EventCursor): string => `${BigInt(tx).toString(36)}-${id.toString(36)}`;

/** undefined for anything that {@link formatCursor} did not make. */
export function parseEventCursor(text: string): EventCursor | undefined {
  const match = /^([0-9a-z]{1,13})-([0-9a-z]{1,11})$/.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  const tx = fromBase36(match[1]);
  const id = Number.parseInt(match[2], 36);
  return tx <= MAX_TX && Number.isSafeInteger(id) ? { tx: tx.toString(), id } : undefined;
}

const fromBase36 = (text: string): bigint =>
  [...text].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);

export function isAfter(a: EventCursor, b: EventCursor): boolean {
  if (a.tx === b.tx) return a.id > b.id;
  return BigInt(a.tx) > BigInt(b.tx);
}
