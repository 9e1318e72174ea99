import { describe, expect, it } from 'vitest';
import { Problem } from '#server/platform/problem.ts';
import { RULES } from '../../../test/approvals/machine.ts';
import { judgeMany } from '../../../test/approvals/run-history.ts';
import {
  type ApprovalState,
  chooseVoice,
  type Decision,
  planChange,
  toOutcome,
  type Voice,
} from './approvals.rules.ts';

const HISTORIES = Number(process.env.MC_HISTORIES ?? 2_000);

it('130: random histories of create, decide, expire, reopen and consume never execute without a valid grant', () => {
  const { executions } = judgeMany(HISTORIES);
  expect(executions).toBeGreaterThan(HISTORIES / 10);
}, 600_000);

describe('the auditor of those histories misses no broken rule', () => {
  const broken: Record<string, Partial<typeof RULES>> = {
    'one yes is always enough': {
      toOutcome: (approval, made) => toOutcome({ ...approval, requiredApprovals: 1 }, made),
    },
    'whoever asked may approve': {
      chooseVoice: (approval, ...rest) => chooseVoice({ ...approval, requestedByUserId: null }, ...rest),
    },
    'a department may decide twice': {
      chooseVoice: (approval, wish, voices) => chooseVoice(approval, wish, voices, []),
      toOutcome: (approval, made) =>
        made.filter(({ decision }) => decision === 'approved').length >= approval.requiredApprovals
          ? 'approved'
          : 'pending',
    },
    'who lost the right still counts': { isStillValid: () => true },
    'it may be used twice': {
      assertUsable: (approval, ...rest) => RULES.assertUsable({ ...approval, isConsumed: false }, ...rest),
    },
    'it may be used for ever': {
      assertUsable: (approval, hash) => RULES.assertUsable(approval, hash, approval.resolvedAt ?? 0),
    },
    'it may be used for anything': {
      assertUsable: (approval, _hash, now) => RULES.assertUsable(approval, approval.argsHash, now),
    },
    'it may be decided too late': {
      planChange: (approval, target) => planChange(approval, target, approval.createdAt),
    },
  };
  for (const [name, rules] of Object.entries(broken))
    it(name, () => {
      expect(() => judgeMany(20_000, { seed: 1, rules: { ...RULES, ...rules } })).toThrow('Property failed');
    });
});

const state = (over: Partial<ApprovalState> = {}): ApprovalState => ({
  status: 'pending',
  resolution: null,
  argsHash: 'a',
  requiredApprovals: 1,
  eligibleGroupIds: [],
  personPlaces: null,
  requestedByUserId: 'ann',
  excludedUserId: null,
  createdAt: 0,
  expiresAt: 100,
  resolvedAt: null,
  isConsumed: false,
  ...over,
});
const voice = (userId: string, groupId: string | null = null, delegatedByUserId: string | null = null): Voice => ({
  userId,
  groupId,
  delegatedByUserId,
});
const yes = (by: Voice): Decision => ({ ...by, decision: 'approved' });
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error.code;
  }
  return 'none';
};

it('the owner of the agent that asks does not count where two must approve', () => {
  const approval = state({ requiredApprovals: 2, requestedByUserId: null, excludedUserId: 'owen' });
  const wish = { userId: 'owen', decision: 'approved', groupId: null } as const;
  expect(codeOf(() => chooseVoice(approval, wish, [voice('owen')], []))).toBe('approval.requester_cannot_approve');
});

it('a lent voice of whoever asked does not approve', () => {
  const approval = state({ eligibleGroupIds: ['legal'] });
  const wish = { userId: 'bob', decision: 'approved', groupId: null } as const;
  expect(codeOf(() => chooseVoice(approval, wish, [voice('bob', 'legal', 'ann')], []))).toBe('approval.not_eligible');
});

it('a person fills one place, whether they speak for themselves or lend their voice', () => {
  const approval = state({ requiredApprovals: 2, eligibleGroupIds: ['legal', 'ops'] });
  const made = [yes(voice('bob', 'legal', 'cid'))];
  const decide = (userId: string, voices: Voice[]) =>
    codeOf(() => chooseVoice(approval, { userId, decision: 'approved', groupId: null }, voices, made));
  expect(decide('bob', [voice('bob', 'ops')])).toBe('approval.already_decided');
  expect(decide('cid', [voice('cid', 'ops')])).toBe('approval.already_decided');
  expect(decide('dee', [voice('dee', 'legal')])).toBe('approval.already_decided');
  expect(decide('dee', [voice('dee', 'ops')])).toBe('none');
});

it('who may speak for several departments names one; for a no it does not matter', () => {
  const approval = state({ requiredApprovals: 2, eligibleGroupIds: ['legal', 'ops'] });
  const voices = [voice('bob', 'legal'), voice('bob', 'ops')];
  const choose = (decision: Decision['decision'], groupId: string | null) =>
    chooseVoice(approval, { userId: 'bob', decision, groupId }, voices, []);
  expect(codeOf(() => choose('approved', null))).toBe('request.invalid');
  expect(choose('approved', 'ops').groupId).toBe('ops');
  expect(choose('rejected', null).groupId).toBe('legal');
  expect(codeOf(() => choose('approved', 'finance'))).toBe('approval.not_eligible');
});

it('one no is a no', () => {
  const approval = state({ requiredApprovals: 1 });
  expect(toOutcome(approval, [yes(voice('bob')), { ...voice('cid'), decision: 'rejected' }])).toBe('rejected');
});

it('a grant can be taken back after its time to decide has passed, but not given', () => {
  const approved = state({ status: 'approved', resolution: 'approved', resolvedAt: 90 });
  expect(planChange(approved, 'rejected', 150)).toBe('replace');
  expect(codeOf(() => planChange(approved, 'pending', 150))).toBe('approval.expired');
  const rejected = state({ status: 'rejected', resolution: 'rejected', resolvedAt: 90 });
  expect(planChange(rejected, 'approved', 99)).toBe('replace');
  expect(codeOf(() => planChange(rejected, 'approved', 100))).toBe('approval.expired');
});
