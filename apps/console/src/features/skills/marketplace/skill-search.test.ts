import { expect, it } from 'vitest';
import { parseSkillSearch, toSkillQuery } from './skill-search.ts';

it('leaves out of the address what is usual, and what is none', () => {
  expect(parseSkillSearch({ page: 1, size: 50 })).toEqual({});
  expect(parseSkillSearch({ page: -2, size: 51, q: '' })).toEqual({});
  expect(parseSkillSearch({ q: 'web', packId: 'id', page: 3, size: 25 })).toEqual({
    q: 'web',
    packId: 'id',
    page: 3,
    size: 25,
  });
});

it('asks for the page that the address names', () => {
  expect(toSkillQuery({}, 'g')).toEqual({ gateway_id: 'g', limit: 50, offset: 0 });
  expect(toSkillQuery({ q: 'web', packId: 'p', page: 3, size: 25 }, 'g')).toEqual({
    gateway_id: 'g',
    search: 'web',
    pack_id: 'p',
    limit: 25,
    offset: 50,
  });
});
