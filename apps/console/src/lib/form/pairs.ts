/** One entry of a map as a form holds it. */
export interface Pair {
  name: string;
  value: string;
}

/** The entries of a map as texts to edit. */
export const toPairs = (map: Record<string, unknown> | null): Pair[] =>
  Object.entries(map ?? {}).map(([name, value]) => ({ name, value: toText(value) }));

/** The map of these entries, without those that have no name; null when none is left. */
export function toMap(pairs: readonly Pair[]): Record<string, unknown> | null {
  const named = pairs.filter(({ name }) => name.trim() !== '');
  return named.length > 0 ? Object.fromEntries(named.map(({ name, value }) => [name.trim(), parseValue(value)])) : null;
}

/** What reads back as the same value: numbers, flags and lists as JSON, texts as they are. */
const toText = (value: unknown): string =>
  typeof value === 'string' && parseValue(value) === value ? value : JSON.stringify(value);

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.trim(); // not JSON: a text
  }
}
