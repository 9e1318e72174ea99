import type { AgentFilters } from '#console/api/queries/fleet/agents.ts';
import { compact, parseChoice, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const HEALTHS = ['green', 'amber', 'red', 'grey'] as const;
export const CONTROL_STATES = ['active', 'paused', 'draining', 'discovered', 'retired'] as const;

/** The agent list's filters as the address holds them. */
export const parseAgentSearch = (search: RawSearch): AgentFilters =>
  compact({
    q: parseText(search.q),
    health: parseChoice(search.health, HEALTHS),
    control_state: parseChoice(search.control_state, CONTROL_STATES),
    framework: parseText(search.framework),
    board_id: parseText(search.board_id),
    gateway_id: parseText(search.gateway_id),
  });
