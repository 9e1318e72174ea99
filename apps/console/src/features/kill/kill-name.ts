import type { Kill } from '#console/api/contract.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';

const words: Record<Exclude<Kill['scope_kind'], 'org'>, string> = {
  board_group: 'group',
  board: 'board',
  agent_type: 'type',
  agent: 'agent',
};

/** What a kill stops, in a few words. */
export const toKillName = ({ scope_kind, scope_name }: Pick<Kill, 'scope_kind' | 'scope_name'>): string =>
  scope_kind === 'org' ? 'the whole organization' : `${words[scope_kind]} ${toVisibleText(scope_name)}`;
