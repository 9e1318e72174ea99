/** The ids of the rules in a policy's text, for choosing one; a flow or a block of YAML, as people write them. */
export const listRuleIds = (source: string): string[] => [
  ...new Set([...source.matchAll(/^\s*-\s*\{?\s*id:\s*["']?([\w-]+)/gm)].flatMap(([, id]) => id ?? [])),
];
