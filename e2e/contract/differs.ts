/** Where our contract deliberately differs from the base contract: line of the comparison → number in `differs.md`. */
export const DIFFERS: Record<string, string> = {};
