/** The parts of `policy@version:rule` or `policy@version`; the version does not matter for finding a rule. */
export function parseRuleName(name: string): { policy: string; rule: string | undefined } {
  const [, policy = name, rule] = /^([^@]+)@\d+(?::(.+))?$/.exec(name) ?? [];
  return { policy, rule };
}

/** The line on which a rule of a policy's text begins; undefined when it has none of this id. */
export function findRuleLine(source: string, rule: string): number | undefined {
  const lines = source.split('\n');
  const at = lines.findIndex((line) => /^\s*-\s*\{?\s*id:\s*["']?([\w-]+)/.exec(line)?.[1] === rule);
  return at === -1 ? undefined : at + 1;
}
