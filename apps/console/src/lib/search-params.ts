/** What stands in an address before anyone has checked it. */
export type RawSearch = Record<string, unknown>;

/** A text, or undefined when it is empty or not a text. Numbers come back as the text that was typed. */
export function parseText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** One of the allowed words, else undefined. */
export const parseChoice = <T extends string>(value: unknown, allowed: readonly T[]): T | undefined =>
  allowed.find((choice) => choice === value);

/** `true`, else undefined: an absent flag leaves the address short. */
export const parseFlag = (value: unknown): true | undefined => (value === true || value === 'true' ? true : undefined);

/** Leaves out what is undefined, so that addresses hold only what was chosen. */
export function compact<T extends Record<string, unknown>>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}
