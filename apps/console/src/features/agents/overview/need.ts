import type { Agent, Violation } from '#console/api/contract.ts';

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

/** Violations of one agent by the same call for the same reason: the newest stands for all. */
export interface EqualViolations {
  violation: Violation;
  count: number;
}

/** Groups equal violations, in the order of their newest. */
export function groupEqual(violations: readonly Violation[]): EqualViolations[] {
  const groups = new Map<string, EqualViolations>();
  for (const violation of violations) {
    const key = [violation.agent_id, violation.code, violation.tool].join(' ');
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { violation, count: 1 });
  }
  return [...groups.values()];
}
