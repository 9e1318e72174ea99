import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Hearer, planBoardChat, planGroupChat } from './chat.rules.ts';

const hearers = fc.uniqueArray(
  fc.record({ id: fc.uuid(), name: fc.constantFrom('Ada', 'Bob Builder', 'Lead', ''), is_board_lead: fc.boolean() }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 8 },
);
const sayings = fc.record({
  content: fc.constantFrom('hello', '@lead', '@ada and @bob', '@all', '@nobody'),
  tags: fc.subarray(['chat', 'broadcast', 'other']),
});

it('tells every agent at most once and never the author', () => {
  fc.assert(
    fc.property(hearers, sayings, (all, { content, tags }) => {
      const authorId = all[0]?.id ?? '';
      const saying = { content, tags, authorId };
      for (const told of [planBoardChat(saying, all), planGroupChat(saying, all)]) {
        const ids = told.map(({ agentId }) => agentId);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).not.toContain(authorId);
      }
    }),
  );
});

it('always reaches the lead of a board, and everybody by a broadcast', () => {
  fc.assert(
    fc.property(hearers, sayings, (all, saying) => {
      const idsOf = (told: { agentId: string }[]) => told.map(({ agentId }) => agentId);
      const leads = all.filter((one: Hearer) => one.is_board_lead).map(({ id }) => id);
      const said = { ...saying, authorId: 'somebody' };
      expect(idsOf(planBoardChat(said, all))).toEqual(expect.arrayContaining(leads));
      const everybody = planGroupChat({ ...said, tags: ['broadcast'] }, all);
      expect(idsOf(everybody)).toEqual(all.map(({ id }) => id));
    }),
  );
});

it('says nothing to a group about a note that mentions not everybody', () => {
  expect(
    planGroupChat({ content: '@lead', tags: null, authorId: 'x' }, [{ id: 'y', name: 'Ada', is_board_lead: true }]),
  ).toEqual([]);
});
