import { expect, it } from 'vitest';
import { findRuleLine, parseRuleName } from './rule-name.ts';

it('takes the name of a rule apart', () => {
  expect(parseRuleName('refunds@12:refund-size')).toEqual({ policy: 'refunds', rule: 'refund-size' });
  expect(parseRuleName('refunds@12')).toEqual({ policy: 'refunds', rule: undefined });
  expect(parseRuleName('refunds')).toEqual({ policy: 'refunds', rule: undefined });
});

it('finds the line of a rule', () => {
  const source = 'rules:\n  - id: refund\n    tools: {}\n  - { id: refund-size, tools: {} }\n';
  expect(findRuleLine(source, 'refund-size')).toBe(4);
  expect(findRuleLine(source, 'refund')).toBe(2);
  expect(findRuleLine(source, 'fund')).toBeUndefined();
});
