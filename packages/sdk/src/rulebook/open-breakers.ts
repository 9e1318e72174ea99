import type { Rule, Situation } from '@mission-control/policy/evaluate';

/** `policy:rule`: what exceptions and breakers are about goes on under the next version of a policy. */
export const withoutVersion = (ref: string): string => ref.replace(/@\d+:/, ':');

/** What breakers that block tools say of one of them. */
export interface ToolBreakers {
  /** The rules whose breakers are open for a tool; for a run without a place among the probes the half-open ones, too. */
  listOpen: (tool: string, isRefused: boolean) => Situation['openBreakers'];
  /** Whether a run needs a place among the probes to call a tool: among its own, or among those of the agent. */
  findHalfOpen: (tool: string) => 'tool' | 'agent' | undefined;
  /** Whether the server says anything of a rule's breaker for a tool: then what this process has seen does not count. */
  isTold: (ref: string, tool: string) => boolean;
}

interface BreakerState {
  key: string;
  state: string;
}

/**
 * Which rules' breakers stand in the way of a tool. Only those that block tools are looked at here: what pauses an agent
 * or rolls it back is done by the server.
 */
export function createToolBreakers(
  breakers: readonly BreakerState[],
  named: readonly { ref: string; rule: Rule }[],
): ToolBreakers {
  const found = breakers.flatMap(({ key, state }) => {
    const of = named.find(({ ref, rule }) => isBlocking(rule) && isOf(key, ref));
    if (!of) return [];
    const tool = isOfTool(of.rule) ? key.slice(key.lastIndexOf('|') + 1) : undefined;
    return { ref: of.ref, mode: of.rule.mode, state, tool };
  });
  if (found.length === 0) return NOTHING;
  const about = (name: string) => found.filter(({ tool }) => tool === undefined || tool === name);
  return {
    listOpen: (name, isRefused) =>
      new Set(
        about(name).flatMap(({ ref, state }) => (state === 'open' || (state === 'half_open' && isRefused) ? ref : [])),
      ),
    findHalfOpen(name) {
      const half = about(name).find(({ state, mode }) => state === 'half_open' && mode === 'enforce');
      return half && (half.tool === undefined ? 'agent' : 'tool');
    },
    isTold: (ref, name) => about(name).some((told) => told.ref === ref),
  };
}

const NOTHING: ToolBreakers = { listOpen: () => undefined, findHalfOpen: () => undefined, isTold: () => false };

const isBlocking = (rule: Rule): boolean => rule.kind === 'breaker' && rule.action === 'block_tool';

const isOfTool = (rule: Rule): boolean => rule.kind === 'breaker' && rule.scope === 'tool';

const isOf = (key: string, ref: string): boolean => withoutVersion(key).startsWith(`${withoutVersion(ref)}|`);
