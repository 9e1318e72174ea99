import type { Rule, Situation } from '@mission-control/policy/evaluate';

/** `policy:rule`: what exceptions and breakers are about goes on under the next version of a policy. */
export const withoutVersion = (ref: string): string => ref.replace(/@\d+:/, ':');

export type OpenBreakers = (tool: string) => Situation['openBreakers'];

interface BreakerState {
  key: string;
  state: string;
}

/**
 * Which rules' breakers are open for a tool. Only those that block tools are looked at here: what pauses an agent or
 * rolls it back is done by the server.
 */
export function listOpenBreakers(
  breakers: readonly BreakerState[],
  named: readonly { ref: string; rule: Rule }[],
): OpenBreakers {
  const open = breakers.flatMap(({ key, state }) => {
    const found = state === 'open' && named.find(({ ref, rule }) => isBlocking(rule) && isOf(key, ref));
    return found
      ? { ref: found.ref, tool: isOfTool(found.rule) ? key.slice(key.lastIndexOf('|') + 1) : undefined }
      : [];
  });
  if (open.length === 0) return () => undefined;
  return (name) => new Set(open.flatMap(({ ref, tool }) => (tool === undefined || tool === name ? ref : [])));
}

const isBlocking = (rule: Rule): boolean => rule.kind === 'breaker' && rule.action === 'block_tool';

const isOfTool = (rule: Rule): boolean => rule.kind === 'breaker' && rule.scope === 'tool';

const isOf = (key: string, ref: string): boolean => withoutVersion(key).startsWith(`${withoutVersion(ref)}|`);
