import { expect, it } from 'vitest';
import { findFaintOn, toContrast } from './contrast.ts';

it('is 21 from black to white, 1 of a colour to itself, and the same both ways', () => {
  expect(toContrast('000000', 'ffffff')).toBeCloseTo(21);
  expect(toContrast('336699', '336699')).toBe(1);
  expect(toContrast('336699', 'ffffff')).toBe(toContrast('ffffff', '336699'));
});

it('names the themes in which a colour is hard to see', () => {
  expect(findFaintOn('ffff00')).toEqual(['light']);
  expect(findFaintOn('101040')).toEqual(['dark']);
  expect(findFaintOn('808080')).toEqual([]);
});
