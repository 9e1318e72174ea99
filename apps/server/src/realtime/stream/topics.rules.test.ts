import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseSince, parseTopics } from './topics.rules.ts';

it('knows the topics of both halves and no other', () => {
  const run = 'run:01234567-89ab-4cde-8f01-23456789abcd';
  expect(parseTopics(` tasks, ${run},activity`)).toEqual(new Set(['tasks', run, 'activity']));
  for (const text of ['', 'tasks,', 'secrets', 'run:1', 'Tasks']) expect(parseTopics(text)).toBeUndefined();
});

it('reads an instant with any offset, and one without as UTC', () => {
  const at = new Date('2026-03-01T10:20:30.500Z');
  for (const text of [
    '2026-03-01T10:20:30.5Z',
    ' 2026-03-01 10:20:30.500 ',
    '2026-03-01T12:20:30.5+02:00',
    '2026-03-01T12:20:30.5 02:00',
    '2026-03-01T05:20:30.500000-0500',
  ])
    expect(parseSince(text)).toEqual(at);
  expect(parseSince('2026-03-01')).toEqual(new Date('2026-03-01T00:00:00Z'));
});

it('takes what is blank or unreadable for missing, whatever it is', () => {
  for (const text of [undefined, '', '  ', 'yesterday', '2026-13-01T00:00:00Z', '1700000000'])
    expect(parseSince(text)).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (text) => {
      const at = parseSince(text);
      expect(at === undefined || !Number.isNaN(at.getTime())).toBe(true);
    }),
  );
});
