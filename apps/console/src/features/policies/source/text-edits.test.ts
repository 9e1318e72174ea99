import { expect, it } from 'vitest';
import { applyEdits, indentAfter } from './text-edits.ts';

const at = (line: number, col: number, end_line: number, end_col: number) => ({ line, col, end_line, end_col });

it('puts a fix in the place of what was found, several of them without moving one another', () => {
  const source = 'rules:\n  - id: a\n    tolls: {}\n    mode: on\n';
  const edits = [
    { range: at(3, 5, 3, 10), text: 'tools' },
    { range: at(4, 11, 4, 13), text: 'enforce' },
  ];
  expect(applyEdits(source, edits)).toBe('rules:\n  - id: a\n    tools: {}\n    mode: enforce\n');
});

it('takes out whole lines, and puts text behind the last one', () => {
  expect(applyEdits('a: 1\nb: 2\nc: 3', [{ range: at(2, 1, 3, 1), text: '' }])).toBe('a: 1\nc: 3');
  expect(applyEdits('a: 1', [{ range: at(9, 1, 9, 1), text: '\nb: 2' }])).toBe('a: 1\nb: 2');
  expect(applyEdits('a\nb', [{ range: at(1, 90, 1, 99), text: '!' }])).toBe('a!\nb');
});

it('begins a line as deep as the one before, deeper behind a key or in an item', () => {
  const after = (source: string) => indentAfter(source, source.length);
  expect(after('version: 1')).toBe('');
  expect(after('rules:')).toBe('  ');
  expect(after('rules:\n  - id: a')).toBe('    ');
  expect(after('rules:\n  - tools:')).toBe('      ');
  expect(after('    limits: { per: run }')).toBe('    ');
});
