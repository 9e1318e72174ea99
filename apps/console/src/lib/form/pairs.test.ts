import { expect, it } from 'vitest';
import { toMap, toPairs } from './pairs.ts';

it('reads back every value as it was', () => {
  const map = {
    text: 'fast',
    number: 3,
    looksLikeNumber: '3',
    flag: true,
    list: [1, 'a'],
    nothing: null,
    quoted: '"x"',
  };
  expect(toMap(toPairs(map))).toEqual(map);
});

it('leaves out entries without a name, and is null without any', () => {
  expect(
    toMap([
      { name: ' speed ', value: ' 2 s ' },
      { name: '', value: 'lost' },
    ]),
  ).toEqual({ speed: '2 s' });
  expect(toMap([{ name: ' ', value: 'x' }])).toBeNull();
  expect(toPairs(null)).toEqual([]);
});
