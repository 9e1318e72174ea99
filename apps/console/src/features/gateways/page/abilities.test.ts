import { expect, test } from 'vitest';
import { listMissing, whyApprovalsFail } from './abilities.ts';

test('an admin can do everything, a reader only look', () => {
  expect(listMissing(['operator.admin'])).toEqual([]);
  expect(listMissing(['operator.read'])).toHaveLength(4);
  expect(listMissing(['operator.write', 'operator.approvals', 'operator.pairing'])).toEqual([
    expect.stringContaining('No agent can be set up'),
  ]);
});

test('approvals are refused without a connection or without the right to decide them', () => {
  expect(whyApprovalsFail('disconnected', ['operator.admin'])).toContain('not connected');
  expect(whyApprovalsFail('needs_attention', undefined)).toContain('not connected');
  expect(whyApprovalsFail('connected', ['operator.read'])).toContain('may not decide');
  expect(whyApprovalsFail('connected', ['operator.admin'])).toBeUndefined();
  expect(whyApprovalsFail('connected', undefined)).toBeUndefined();
});
