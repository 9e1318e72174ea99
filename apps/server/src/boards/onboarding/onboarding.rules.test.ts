import { expect, it } from 'vitest';
import { needsApproval, toAnswerText, toDraft, toLeadOptions } from './onboarding.rules.ts';
import { BoardOnboardingAgentComplete } from './onboarding.schema.ts';

const draftOf = (lead_agent: object | undefined) =>
  toDraft(BoardOnboardingAgentComplete.parse({ status: 'complete', board_type: 'general', lead_agent }));

it('200: the approval rule stays true without a draft and for ask_first and balanced; false for autonomous ones', () => {
  expect(needsApproval(null)).toBe(true);
  expect(needsApproval(draftOf(undefined))).toBe(true);
  for (const autonomy_level of ['ask_first', 'balanced', null])
    expect(needsApproval(draftOf({ autonomy_level })), String(autonomy_level)).toBe(true);
  expect(needsApproval(draftOf({ autonomy_level: 'autonomous' }))).toBe(false);
  for (const said of ['fully-autonomous', 'Fully autonomous', 'full-autonomy', 'acts fully on its own, autonomously'])
    for (const key of ['autonomy', 'autonomy_level', 'mode'])
      expect(needsApproval(draftOf({ identity_profile: { [key]: said } })), `${key}: ${said}`).toBe(false);
  for (const said of ['semi-autonomous', 'fully supervised', 'no', ''])
    expect(needsApproval(draftOf({ identity_profile: { autonomy: said } })), said).toBe(true);
  expect(needsApproval(draftOf({ identity_profile: { role: 'fully autonomous' } }))).toBe(true);
});

it('makes text of an identity profile and leaves out what is empty', () => {
  const draft = draftOf({
    identity_profile: { a: ' x ', n: 7, list: ['p', 2, ''], none: null, blank: ' ', o: { k: 1 } },
  });
  expect(draft.lead_agent?.identity_profile).toEqual({ a: 'x', n: '7', list: 'p, 2', o: '{"k":1}' });
  expect(draftOf({ identity_profile: { blank: '' } }).lead_agent?.identity_profile).toBeNull();
});

it('gives the lead its name and its profile with the choices in it', () => {
  const draft = draftOf({
    name: ' Ada ',
    identity_profile: { tone: 'dry' },
    verbosity: 'concise',
    custom_instructions: ' ',
  });
  expect(toLeadOptions(draft)).toEqual({ name: 'Ada', identity_profile: { tone: 'dry', verbosity: 'concise' } });
  expect(toLeadOptions(null)).toEqual({});
  expect(toLeadOptions(draftOf({}))).toEqual({});
});

it('keeps an answer with what was added to it', () => {
  expect(toAnswerText({ answer: 'Other', other_text: 'the moon' })).toBe('Other: the moon');
  expect(toAnswerText({ answer: 'Yes', other_text: null })).toBe('Yes');
});
