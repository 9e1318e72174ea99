import { expect, test } from 'vitest';
import { listDifferences, rebase } from './rebase.ts';

const base = { name: 'Lake', url: 'https://a', types: ['x'] };

test('own edits stay and what was not touched becomes theirs', () => {
  const theirs = { ...base, url: 'https://b', types: ['x', 'y'] };
  expect(rebase(base, theirs, { ...base, name: 'Sea' })).toEqual({ ...theirs, name: 'Sea' });
});

test('a field that both changed stays as it was edited here, and is named as a difference', () => {
  const theirs = { ...base, name: 'Pond' };
  const merged = rebase(base, theirs, { ...base, name: 'Sea' });
  expect(merged.name).toBe('Sea');
  expect(listDifferences(merged, theirs)).toEqual(['name']);
});
