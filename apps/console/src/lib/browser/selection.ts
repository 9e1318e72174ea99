/** The set with a key put in, or taken out when it was in. */
export function toggleKey(chosen: ReadonlySet<string>, key: string): Set<string> {
  const next = new Set(chosen);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** The keys from one to another in the order of the list, both with it; only the second when the first is not listed. */
export function keysBetween(order: readonly string[], from: string | undefined, to: string): string[] {
  const ends = [order.indexOf(from ?? to), order.indexOf(to)];
  if (ends.includes(-1)) return [to];
  return order.slice(Math.min(...ends), Math.max(...ends) + 1);
}
