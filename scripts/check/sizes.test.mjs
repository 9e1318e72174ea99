import { expect, test } from 'vitest';
import { findOversized, findStaleExemptions, quantile } from './sizes.mjs';

const NONE = { files: {}, folders: {} };
const REASON = 'One state machine; every split of it was longer and harder to follow.';
const folderOf = (count) => Array.from({ length: count }, (_, n) => ({ path: `demo/step-${n}.ts`, lines: 10 }));

test('a file of 400 lines passes and one of 401 does not', () => {
  expect(findOversized([{ path: 'demo/a.ts', lines: 400 }], NONE)).toEqual([]);
  expect(findOversized([{ path: 'demo/a.ts', lines: 401 }], NONE)).toEqual([expect.stringContaining('401 lines')]);
});

test('a folder holds nine files besides its index', () => {
  expect(findOversized([...folderOf(9), { path: 'demo/index.ts', lines: 10 }], NONE)).toEqual([]);
  expect(findOversized(folderOf(10), NONE)).toEqual([expect.stringContaining('10 files')]);
});

test('an exemption lifts the bound for its file only', () => {
  const files = [
    { path: 'demo/a.ts', lines: 500 },
    { path: 'demo/b.ts', lines: 500 },
  ];
  expect(findOversized(files, { ...NONE, files: { 'demo/a.ts': REASON } })).toHaveLength(1);
});

test('an exemption without a reason, or without need, is a fault', () => {
  const long = [{ path: 'demo/a.ts', lines: 500 }];
  expect(findStaleExemptions(long, { ...NONE, files: { 'demo/a.ts': REASON } })).toEqual([]);
  expect(findStaleExemptions(long, { ...NONE, files: { 'demo/a.ts': 'long' } })).toHaveLength(1);
  expect(findStaleExemptions([], { ...NONE, files: { 'demo/a.ts': REASON } })).toHaveLength(1);
});

test('quantiles are read from the sorted lengths', () => {
  const lengths = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect(quantile(lengths, 0.5)).toBe(51);
  expect(quantile(lengths, 0.95)).toBe(96);
  expect(quantile([], 0.5)).toBe(0);
});
