import { expect, it } from 'vitest';
import type { Policy } from '#console/api/contract.ts';
import { toDayText, toPolicyLines } from './policy-lines.ts';

it('counts what all rules of a policy did, and of no other that is called alike', () => {
  const policies = [{ name: 'refunds' }, { name: 'refunds-eu' }] as Policy[]; // only the name is read
  const rules = [
    { key: 'refunds:size', blocked: 2, would_have: 0 },
    { key: 'refunds:rate', blocked: 1, would_have: 1_200 },
    { key: 'capability.tool_undeclared', blocked: 9, would_have: 0 },
  ];
  const [own, other] = toPolicyLines(policies, rules);
  expect(own && toDayText(own)).toBe('3 stopped, 1,200 would be');
  expect(other && toDayText(other)).toBeUndefined();
});
