import type { PolicySource } from '@mission-control/policy/language';

/** For whom a policy is: keys such as `org`, `agent_type:refund-agent` or `board:support`, and those left out of them. */
export interface PolicyScope {
  keys: string[];
  exclude: string[];
}

/** The scope of a policy as keys, which agents have too. */
export function toScope({ scope: { level, names, exclude } }: Pick<PolicySource, 'scope'>): PolicyScope {
  return {
    keys: level === 'org' ? ['org'] : names.map(({ value }) => `${level}:${value}`),
    exclude: Object.entries(exclude).flatMap(([name, left]) => left.map(({ value }) => `${name}:${value}`)),
  };
}
