import type { Policy } from '#console/api/contract.ts';
import { policyLooks } from '#console/ui/state/looks.ts';
import type { StateLook } from '#console/ui/state/mark.tsx';

/** How a policy stands. */
export const policyLook = ({ mode, archived_at }: Pick<Policy, 'mode' | 'archived_at'>): StateLook =>
  policyLooks[archived_at !== null ? 'archived' : (mode ?? 'draft')];

const kinds: Record<string, string> = {
  board_group: 'group',
  board: 'board',
  agent_type: 'type',
  agent: 'agent',
};

/** Whom a policy is for, in words: `agent_type:refund-agent` is the type refund-agent. */
export function toScopeText(scope: Policy['scope']): string | undefined {
  if (scope === null) return undefined;
  const words = scope.keys.map(toKeyWords).join(', ');
  return scope.exclude.length > 0 ? `${words}, but not ${scope.exclude.map(toKeyWords).join(', ')}` : words;
}

function toKeyWords(key: string): string {
  if (key === 'org') return 'Whole organization';
  const [kind = '', ...name] = key.split(':');
  return `${kinds[kind] ?? kind} ${name.join(':')}`;
}
