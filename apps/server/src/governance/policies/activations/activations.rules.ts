import type { Ir } from '@mission-control/policy/evaluate';

const OBSERVED_MS = 24 * 3_600_000;

/** When something held, and which of its rules. */
export interface HeldRules {
  /** RFC 3339. */
  at: string;
  rules: string[];
}

/**
 * The enforced rules of a version that have not been evaluated on live calls for 24 hours in all.
 * @param history oldest first; each ends when the next begins.
 */
export function findUnobserved({ rules }: Pick<Ir, 'rules'>, history: readonly HeldRules[], now: Date): string[] {
  const observedMs = new Map<string, number>();
  for (const [i, { at, rules: held }] of history.entries()) {
    const end = history[i + 1]?.at;
    const lastedMs = (end === undefined ? now.getTime() : Date.parse(end)) - Date.parse(at);
    for (const rule of held) observedMs.set(rule, (observedMs.get(rule) ?? 0) + lastedMs);
  }
  return rules
    .filter(({ id, mode }) => mode === 'enforce' && (observedMs.get(id) ?? 0) < OBSERVED_MS)
    .map(({ id }) => id);
}
