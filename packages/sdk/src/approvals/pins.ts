/** What calls have in common: by path a number, which may be lower, or the hash of what stands there. */
export type Pins = Readonly<Record<string, number | string>>;

/** Leave for calls of a run like one that people saw. */
export interface Like {
  grantId: string;
  tool: string;
  /** Those that asked when it was given. */
  rules: readonly string[];
  pins: Pins;
}
