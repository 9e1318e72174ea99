import { expect, it } from 'vitest';
import { isNamed, type Target, toAgentFilters, toAgentTypes } from './target.ts';

const target: Target = { kind: 'board', value: 'b1', name: 'Refunds' };

it('goes on only when the name is typed to the letter', () => {
  expect(isNamed(target, ' Refunds ')).toBe(true);
  expect(isNamed(target, 'refunds')).toBe(false);
  expect(isNamed(target, '')).toBe(false);
  expect(isNamed(undefined, '')).toBe(false);
  expect(isNamed({ ...target, name: ' ' }, ' ')).toBe(false);
});

it('lists each type of agent once', () => {
  const agents = [
    { agent_type: 'refund-agent' },
    { agent_type: null },
    { agent_type: 'crawler' },
    { agent_type: 'refund-agent' },
  ];
  expect(toAgentTypes(agents)).toEqual(['crawler', 'refund-agent']);
});

it('counts agents only where the list can be narrowed to them', () => {
  expect(toAgentFilters(target)).toEqual({ board_id: 'b1' });
  expect(toAgentFilters({ ...target, kind: 'org' })).toEqual({});
  expect(toAgentFilters({ ...target, kind: 'agent_type', value: 'crawler' })).toEqual({ agent_type: 'crawler' });
  expect(toAgentFilters({ ...target, kind: 'board_group' })).toBeUndefined();
});
