/** False, true, or not to be told: a path that is missing, a value of the wrong type. */
export type Truth = 0 | 1 | 2;
export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;

export const toTruth = (value: boolean): Truth => (value ? TRUE : FALSE);

export const negate = (value: Truth): Truth => (value === UNKNOWN ? UNKNOWN : value === TRUE ? FALSE : TRUE);

/** Kleene's: one that is false makes it false, else one that is unknown makes it unknown. */
export function allHold<T>(items: readonly T[], test: (item: T) => Truth): Truth {
  let result: Truth = TRUE;
  for (const item of items) {
    const truth = test(item);
    if (truth === FALSE) return FALSE;
    if (truth === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

/** Kleene's: one that is true makes it true, else one that is unknown makes it unknown. */
export function anyHolds<T>(items: readonly T[], test: (item: T) => Truth): Truth {
  let result: Truth = FALSE;
  for (const item of items) {
    const truth = test(item);
    if (truth === TRUE) return TRUE;
    if (truth === UNKNOWN) result = UNKNOWN;
  }
  return result;
}
