import type { Policy } from '#console/api/contract.ts';
import { formatCount } from '#console/lib/format/numbers.ts';

/** A policy with what its rules stopped, or would have, in the last day. */
export interface PolicyLine extends Policy {
  blocked: number;
  would_have: number;
}

/** What a rule did; `key` is `policy:rule`, or the code of what no policy decided. */
interface RuleCount {
  key: string;
  blocked: number;
  would_have: number;
}

/** Policies with the counts of all their rules. */
export const toPolicyLines = (policies: readonly Policy[], rules: readonly RuleCount[]): PolicyLine[] =>
  policies.map((policy) => {
    const own = rules.filter(({ key }) => key.startsWith(`${policy.name}:`));
    const sum = (of: 'blocked' | 'would_have') => own.reduce((total, rule) => total + rule[of], 0);
    return { ...policy, blocked: sum('blocked'), would_have: sum('would_have') };
  });

/** `3 blocked, 12 would be`; undefined when there was nothing. */
export function toDayText({ blocked, would_have }: Pick<PolicyLine, 'blocked' | 'would_have'>): string | undefined {
  const words = [
    ...(blocked > 0 ? [`${formatCount(blocked)} stopped`] : []),
    ...(would_have > 0 ? [`${formatCount(would_have)} would be`] : []),
  ];
  return words.length > 0 ? words.join(', ') : undefined;
}
