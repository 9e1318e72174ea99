import { expect, it } from 'vitest';
import { toReasonsText, toTallyText } from './shadow-text.ts';

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
