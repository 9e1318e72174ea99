import { expect, it } from 'vitest';
import { isHeldByPeople, listKills, toHolderName } from './holds.ts';

const kill = { holder: 'kill:k1' };
const breaker = { holder: 'breaker:b1' };
const person = { holder: 'manual' };

it('knows what let an agent stand still, and so what lets it go on', () => {
  expect(listKills([breaker, kill, person])).toEqual(['k1']);
  expect(isHeldByPeople([breaker, kill])).toBe(false);
  expect(isHeldByPeople([kill, person])).toBe(true);
  expect([kill, breaker, person].map(toHolderName)).toEqual(['the kill switch', 'a circuit breaker', 'a person']);
});
