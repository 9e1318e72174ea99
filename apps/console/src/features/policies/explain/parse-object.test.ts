import { expect, it } from 'vitest';
import { parseObject } from './parse-object.ts';

it('takes an object, and nothing for an empty one', () => {
  expect(parseObject('{"amount": 900}')).toEqual({ amount: 900 });
  expect(parseObject('  ')).toEqual({});
});

it.each(['{"amount": ', '[1]', 'null', '900'])('takes %s for no object', (text) => {
  expect(parseObject(text)).toBeUndefined();
});
