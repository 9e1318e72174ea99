import { expect, it } from 'vitest';
import { keysBetween, toggleKey } from './selection.ts';

it('puts a key in and takes it out again, and leaves the old set as it was', () => {
  const none = new Set<string>();
  const one = toggleKey(none, 'a');
  expect([...one]).toEqual(['a']);
  expect([...toggleKey(one, 'a')]).toEqual([]);
  expect([...none]).toEqual([]);
});

it('reaches from the last chosen row to the next in either direction', () => {
  const order = ['a', 'b', 'c', 'd'];
  expect(keysBetween(order, 'b', 'd')).toEqual(['b', 'c', 'd']);
  expect(keysBetween(order, 'd', 'b')).toEqual(['b', 'c', 'd']);
});

it('is the row alone when the other end is gone', () => {
  expect(keysBetween(['a', 'b'], 'gone', 'b')).toEqual(['b']);
  expect(keysBetween(['a', 'b'], undefined, 'b')).toEqual(['b']);
});
