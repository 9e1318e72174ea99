import { expect, it } from 'vitest';
import { createAnswers } from './answers.ts';

it('makes an answer once for all who ask the same at a time, and anew after a failure', async () => {
  const answers = createAnswers<number>();
  let made = 0;
  const make = async () => ++made;
  expect(await Promise.all([answers('a', make), answers('a', make), answers('b', make)])).toEqual([1, 1, 2]);
  const fail = () => Promise.reject(new Error('away'));
  await expect(answers('c', fail)).rejects.toThrow('away');
  expect(await answers('c', make)).toBe(3);
});
