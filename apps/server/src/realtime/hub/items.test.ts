import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { EventRow } from '#server/platform/events/events.store.ts';
import { defineEvent } from '#server/platform/events/publish.ts';
import { coalesce, formatPlace, isBehind, parsePlace, toItems } from './items.ts';

const row = (id: number, subject_id: string, type = 'run.updated'): EventRow => ({
  tx: '1',
  id,
  org_id: 'o',
  board_id: null,
  type,
  subject_kind: 'run',
  subject_id,
  actor: { kind: 'system', id: 'x' },
  data: {},
  activity: null,
  occurred_at: '2026-01-01T00:00:00Z',
});
const moved = defineEvent({
  type: 'task.updated',
  subject: 'task',
  schema: z.object({}),
  streams: { tasks: () => ({ event: 'task', data: {} }), comments: () => undefined },
  topics: () => ['agents'],
  activity: () => ({ message: 'moved' }),
});
const line = {
  event_type: 'task.updated',
  message: 'moved',
  agent_id: null,
  task_id: 't',
  created_at: '2026-01-01T00:00:00Z',
};
const itemsOf = (...rows: EventRow[]) =>
  rows.flatMap((one) => toItems(one, { type: one.type, subject: 'run', schema: z.object({}), topics: () => ['runs'] }));
const idsOf = (...rows: EventRow[]) => coalesce(itemsOf(...rows)).map((item) => item.row.id);

it('210: keeps the newest fact of a row, in the place of the newest', () => {
  expect(idsOf(row(1, 'a'), row(2, 'b'), row(3, 'a'))).toEqual([2, 3]);
});

it('keeps facts of different types and rows apart', () => {
  expect(idsOf(row(1, 'a'), row(2, 'a', 'run.deleted'), row(3, 'b'))).toEqual([1, 2, 3]);
});

it('never lets an id overtake one that is still to be sent', () => {
  const ids = idsOf(row(1, 'a'), row(2, 'b'), row(3, 'c'), row(4, 'a'), row(5, 'b'));
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
});

it('makes a message per topic of a fact, each with a place of its own', () => {
  const items = toItems({ ...row(7, 't', 'task.updated'), activity: { id: 'line', ...line } }, moved);
  expect(items.map(({ topics, event, ordinal }) => [topics[0], event, ordinal])).toEqual([
    ['tasks', 'task', 0],
    ['activity', 'activity', 1],
    ['agents', 'run', 2],
  ]);
  const places = items.map((item) => parsePlace(formatPlace(item)));
  expect(places).toEqual([0, 1, 2].map((ordinal) => ({ tx: '1', id: 7, ordinal })));
});

it('never makes one of two lines of history', () => {
  const lineOf = (id: number) => ({ ...row(id, 't', 'task.updated'), activity: { id: `line-${id}`, ...line } });
  const topics = coalesce([...toItems(lineOf(1), moved), ...toItems(lineOf(2), moved)]).map((item) => item.topics[0]);
  expect(topics.toSorted()).toEqual(['activity', 'activity', 'agents', 'tasks']);
});

it('orders places by fact, then by message, and reads back each id', () => {
  const places = fc.record({
    tx: fc.bigInt({ min: 0n, max: 2n ** 63n }).map(String),
    id: fc.nat(),
    ordinal: fc.nat(20),
  });
  fc.assert(
    fc.property(places, places, (a, b) => {
      expect(parsePlace(formatPlace(a))).toEqual(a);
      expect(isBehind(a, { ...a, ordinal: a.ordinal + 1 })).toBe(false);
      if (formatPlace(a) !== formatPlace(b)) expect(isBehind(a, b)).toBe(!isBehind(b, a));
    }),
  );
  for (const text of ['', '1-1.', '1-1.x', '1-1.1.1', '.1', '1-1.99999']) expect(parsePlace(text)).toBeUndefined();
});
