import type { Verdict } from '@mission-control/policy/evaluate';
import { ALLOWED, type Earlier, STRICTNESS, stricter } from './recorded.rules.ts';

/** A stored decision, as far as a back-test asks. */
export interface StoredDecision {
  verdict: string;
  enforcement: string;
  rule_ref: string | null;
  matched: unknown;
}

interface StoredMatch {
  rule: string;
  verdict: Verdict;
  mode: string;
}

const isVerdict = (value: unknown): value is Verdict => typeof value === 'string' && Object.hasOwn(STRICTNESS, value);

const isMatch = (value: unknown): value is StoredMatch =>
  typeof value === 'object' &&
  value !== null &&
  'rule' in value &&
  typeof value.rule === 'string' &&
  'verdict' in value &&
  isVerdict(value.verdict);

/** The policy that a rule `policy@version:rule` belongs to; undefined for what is no rule of a policy. */
const policyOf = (rule: string | null): string | undefined => rule?.match(/^([^@]+)@\d+:/)?.[1];

/**
 * What was decided of a step then, in effect: what only would have been stopped was allowed. Without a decision it is
 * what its status says.
 * @param policy the name of the policy that is tried: its own earlier verdicts are not those of others.
 */
export function toEarlier(status: string, decision: StoredDecision | undefined, policy: string): Earlier {
  if (!decision) return status === 'blocked' ? { verdict: 'block', others: 'block' } : ALLOWED;
  const verdict = toEffect(decision);
  if (verdict === 'allow') return ALLOWED;
  const matches = (Array.isArray(decision.matched) ? decision.matched : []).filter(isMatch);
  const others = matches.filter(({ rule, mode }) => mode === 'enforce' && policyOf(rule) !== policy);
  if (others.length > 0) return { verdict, others: others.map((match) => match.verdict).reduce(stricter) };
  return { verdict, others: policyOf(decision.rule_ref) === policy ? 'allow' : verdict };
}

function toEffect({ verdict, enforcement }: StoredDecision): Verdict {
  if (enforcement === 'blocked') return isVerdict(verdict) && verdict !== 'allow' ? verdict : 'block';
  return verdict === 'warn' ? 'warn' : 'allow';
}
