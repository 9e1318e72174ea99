import { expect, test } from 'vitest';
import { toEntries } from './transcript.ts';

test('a turn with a tool becomes a question, a call, its result and an answer', () => {
  const entries = toEntries([
    { role: 'user', content: [{ type: 'text', text: 'list it' }], timestamp: 0, __openclaw: { id: 'm1', seq: 1 } },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'I look' },
        { type: 'toolCall', id: 'c', name: 'exec', arguments: { command: 'ls' } },
      ],
    },
    { role: 'toolResult', toolCallId: 'c', toolName: 'exec', isError: true, content: [{ type: 'text', text: 'no' }] },
    { role: 'assistant', content: 'Nothing there.' },
  ]);
  expect(entries.map(({ key, role, toolName, isError }) => [key, role, toolName, isError])).toEqual([
    ['m1', 'user', undefined, false],
    ['#1', 'assistant', undefined, false],
    ['#2', 'tool', 'exec', true],
    ['#3', 'assistant', undefined, false],
  ]);
  expect(entries[0]?.at).toBe('1970-01-01T00:00:00.000Z');
  expect(entries[1]?.parts).toEqual([
    { kind: 'thinking', text: 'I look' },
    { kind: 'call', name: 'exec', args: { command: 'ls' } },
  ]);
  expect(entries[3]?.parts).toEqual([{ kind: 'text', text: 'Nothing there.' }]);
});

test('what has no known form is kept as it came', () => {
  const [image, text, nothing] = toEntries([
    { role: 'user', content: [{ type: 'image', data: 'x' }] },
    'plain',
    { role: 'note' },
  ]);
  expect(image?.parts).toEqual([{ kind: 'other', value: { type: 'image', data: 'x' } }]);
  expect([text?.role, text?.parts]).toEqual(['system', [{ kind: 'text', text: 'plain' }]]);
  expect(nothing?.parts).toEqual([]);
});
