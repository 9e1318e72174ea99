import { expect, it } from 'vitest';
import { toReasonsText, toRuleTrend, toTallyText } from './shadow-text.ts';

it('says only what rules would have done', () => {
  const none = { would_block: 0, would_approve: 0, would_warn: 0, decided_anyway: 0 };
  expect(toTallyText(none)).toBe('nothing');
  expect(toTallyText({ ...none, would_block: 1_200, decided_anyway: 3 })).toBe(
    '1,200 would have been blocked · 3 treated as strictly anyway',
  );
});

it('names everything that speaks against enforcing', () => {
  const readiness = {
    ready: false,
    observed_since: null,
    observed_hours: 0,
    reasons: ['no_calls' as const, 'observed_under_24h' as const],
  };
  expect(toReasonsText({ readiness })).toBe('no call came by; it was watched for less than 24 hours');
});

it('sums what a rule would have done by the hour, up to three days', () => {
  const trend = [
    { t: '2026-01-01T01:00:00Z', rule: 'size', would_block: 1, would_approve: 2, would_warn: 0 },
    { t: '2026-01-01T01:00:00Z', rule: 'other', would_block: 9, would_approve: 0, would_warn: 0 },
  ];
  const span = { trend, from: '2026-01-01T00:10:00Z', to: '2026-01-01T02:10:00Z' };
  expect(toRuleTrend(span, 'size')).toEqual([0, 3, 0]);
  expect(toRuleTrend({ ...span, to: '2026-01-05T00:00:00Z' }, 'size')).toEqual([3, 0, 0, 0, 0]);
});
