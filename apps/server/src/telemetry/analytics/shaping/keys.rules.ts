/** The key of all that are too many. */
export const OTHER = '__other__';

/** Keeps the largest keys and gathers the rest under one; the rollups' own rest is part of it. Largest first. */
export function keepLargest<T>(
  byKey: ReadonlyMap<string, T>,
  limit: number,
  weigh: (value: T) => number,
): { kept: [string, T][]; rest: T[] } {
  const named = [...byKey].filter(([key]) => key !== OTHER);
  named.sort(([aKey, a], [bKey, b]) => weigh(b) - weigh(a) || (aKey < bKey ? -1 : 1));
  const own = byKey.get(OTHER);
  return {
    kept: named.slice(0, limit),
    rest: [...named.slice(limit).map(([, value]) => value), ...(own === undefined ? [] : [own])],
  };
}

/** Rows by their key. */
export function groupByKey<T extends { key: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.key);
    if (group) group.push(row);
    else groups.set(row.key, [row]);
  }
  return groups;
}
