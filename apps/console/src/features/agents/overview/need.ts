import type { Agent } from '#console/api/contract.ts';

const rank: Record<Agent['health'], number> = { red: 0, amber: 1, green: 2, grey: 3 };

/** The worst first, then by name: who needs a look stands on top. */
export const sortByNeed = (agents: readonly Agent[]): Agent[] =>
  agents.toSorted((a, b) => rank[a.health] - rank[b.health] || a.name.localeCompare(b.name));

/** Agents that wait for a person: down, degraded or held. */
export const agentsInNeed = (agents: readonly Agent[]): Agent[] =>
  sortByNeed(agents).filter(
    ({ health, control_state }) =>
      health === 'red' || health === 'amber' || control_state === 'paused' || control_state === 'draining',
  );
