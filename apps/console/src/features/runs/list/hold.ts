/** A list whose new rows wait: what is shown, and how many stand above it. */
export interface HeldRows<T> {
  shown: readonly T[];
  waiting: number;
}

/** Keeps back the rows above the one that stood first when holding began. If that one is gone, nothing can be kept back. */
export function holdBack<T extends { id: string }>(rows: readonly T[], anchorId: string | undefined): HeldRows<T> {
  const at = anchorId === undefined ? 0 : rows.findIndex((row) => row.id === anchorId);
  return at <= 0 ? { shown: rows, waiting: 0 } : { shown: rows.slice(at), waiting: at };
}

/** How many rows are not in the frozen list. */
export function countNew<T extends { id: string }>(rows: readonly T[], frozen: readonly T[]): number {
  const known = new Set(frozen.map((row) => row.id));
  return rows.filter((row) => !known.has(row.id)).length;
}
