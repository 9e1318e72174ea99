import { expect, it } from 'vitest';
import { policyLook, toScopeText } from './policy-look.ts';

it('says whom a policy is for, and whom not', () => {
  expect(toScopeText({ keys: ['org'], exclude: [] })).toBe('Whole organization');
  expect(toScopeText({ keys: ['agent_type:refund-agent', 'board:a:b'], exclude: ['agent:max'] })).toBe(
    'type refund-agent, board a:b, but not agent max',
  );
  expect(toScopeText(null)).toBeUndefined();
});

it('tells a draft from what is off, and what is archived from both', () => {
  expect(policyLook({ mode: null, archived_at: null }).word).toBe('Draft');
  expect(policyLook({ mode: 'off', archived_at: null }).word).toBe('Off');
  expect(policyLook({ mode: 'off', archived_at: '2026-01-01T00:00:00Z' }).word).toBe('Archived');
});
