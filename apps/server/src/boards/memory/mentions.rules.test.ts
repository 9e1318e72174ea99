import { expect, it } from 'vitest';
import { isMentioned, parseMentions } from './mentions.rules.ts';

const worker = (name: string) => ({ name, is_board_lead: false });

it('108: @Alex and @bob-2 gives alex and bob-2; the first name matches, the last does not; an empty name never does', () => {
  expect([...parseMentions('@Alex and @bob-2, again @alex, not @2fast nor a lone @')]).toEqual(['alex', 'bob-2']);
  expect(isMentioned(worker('Alex Doe'), parseMentions('@alex'))).toBe(true);
  expect(isMentioned(worker('Alex Doe'), parseMentions('@doe'))).toBe(false);
  expect(isMentioned(worker(''), parseMentions('@ @lead @all'))).toBe(false);
  expect(isMentioned(worker('  '), parseMentions('@all'))).toBe(false);
});

it('109: @lead matches only the lead, also when a worker is called Lead', () => {
  expect(isMentioned({ name: 'Ada', is_board_lead: true }, parseMentions('@Lead'))).toBe(true);
  expect(isMentioned(worker('Lead'), parseMentions('@lead'))).toBe(false);
  expect(isMentioned(worker('Lead Two'), parseMentions('@lead'))).toBe(false);
  expect(isMentioned({ name: 'Ada', is_board_lead: true }, parseMentions('@ada'))).toBe(true);
});

it('110: a name that only differs in case matches, and so does the whole normalized name', () => {
  expect(isMentioned(worker('ALEX'), parseMentions('@aLex'))).toBe(true);
  expect(isMentioned(worker('  Bob-2  '), parseMentions('@bob-2'))).toBe(true);
  expect(isMentioned(worker('Bob-2'), parseMentions('@bob'))).toBe(false);
});

it('takes at most 32 characters of a name', () => {
  expect([...parseMentions(`@${'a'.repeat(40)}`)]).toEqual(['a'.repeat(32)]);
});
