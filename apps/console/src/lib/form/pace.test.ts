import { expect, it } from 'vitest';
import { PACES, parsePace, toRunsPerDay } from './pace.ts';

it('reads intervals from 30 s to 7 d, and off', () => {
  expect(['30s', '10m', '2h', '7d', ' 1h '].map(parsePace)).toEqual([30, 600, 7_200, 604_800, 3_600]);
  expect(['off', '0', '0m'].map(parsePace)).toEqual([0, 0, 0]);
  for (const text of ['', '29s', '8d', '1.5h', '-5m', '10', '1w', '0x']) expect(parsePace(text), text).toBeUndefined();
  for (const pace of PACES) expect(parsePace(pace), pace).toBeDefined();
});

it('counts the turns of a day', () => {
  expect(toRunsPerDay(600, 1)).toBe(144);
  expect(toRunsPerDay(30, 3)).toBe(8_640);
  expect(toRunsPerDay(0, 5)).toBe(0);
  expect(toRunsPerDay(172_800, 1)).toBe(0.5);
});
