import { expect, it } from 'vitest';
import { completeMention, suggestMentions, typedMention } from './mentions.ts';

it('sees a mention only while it is typed at the end', () => {
  expect(typedMention('ask @al')).toBe('al');
  expect(typedMention('@')).toBe('');
  expect(typedMention('mail a@b')).toBeUndefined();
  expect(typedMention('@alex please')).toBeUndefined();
});

it('suggests first words that can be mentioned, whatever their case', () => {
  expect(suggestMentions(['Alex Writer', 'alma', 'Bob', '9lives'], 'AL')).toEqual(['Alex', 'alma']);
});

it('completes what was typed', () => {
  expect(completeMention('ask @al', 'Alex')).toBe('ask @Alex ');
});
