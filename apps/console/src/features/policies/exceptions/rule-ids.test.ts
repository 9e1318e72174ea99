import { expect, it } from 'vitest';
import { listRuleIds } from './rule-ids.ts';

it('finds the ids of rules, in blocks and in flows, but no names of tests', () => {
  const source = `rules:
  - id: refund-size
    tools: {}
  - { id: "never", tools: {} }
tests:
  - { name: small, given: {} }
`;
  expect(listRuleIds(source)).toEqual(['refund-size', 'never']);
});
