/**
 * How a value bears on what agents may do. `cap`: a larger one permits more; `floor`: a smaller one; `open`: a list of
 * what is let through; `shut`: a list of what is not; `held`: something that must hold; `order`: words, strictest last;
 * `other`: nobody can say; `words`: nothing. Where a cap, floor, list or condition is absent, more is permitted.
 */
export type Sense = 'cap' | 'floor' | 'open' | 'shut' | 'held' | 'other' | 'words' | { order: readonly string[] };

/** One thing that a rule says. */
export interface Fact {
  path: string;
  value: unknown;
  /** As it is shown behind the path. */
  text: string;
  sense: Sense;
  /** Whether permitting more is what the rule acts on, as in `when`. */
  isInverted?: boolean;
}

export const toFact = (path: string, value: unknown, sense: Sense): Fact => {
  const plain = typeof value === 'boolean' ? String(value) : value;
  return { path, value: plain, text: toText(plain), sense };
};

export const toText = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(toText).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
};
