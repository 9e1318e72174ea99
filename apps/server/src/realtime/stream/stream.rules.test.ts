import { expect, it } from 'vitest';
import type { EventRow } from '#server/platform/events/events.store.ts';
import { coalesce, parseTopics } from './stream.rules.ts';

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
  occurred_at: '2026-01-01T00:00:00Z',
});
const idsOf = (rows: EventRow[]) =>
  coalesce(rows.map((one) => ({ row: one, topics: ['runs'] }))).map((item) => item.row.id);

it('keeps the newest fact of a row, in the place of the newest', () => {
  expect(idsOf([row(1, 'a'), row(2, 'b'), row(3, 'a')])).toEqual([2, 3]);
});

it('keeps facts of different types and rows apart', () => {
  expect(idsOf([row(1, 'a'), row(2, 'a', 'run.deleted'), row(3, 'b')])).toEqual([1, 2, 3]);
});

it('never lets an id overtake one that is still to be sent', () => {
  const ids = idsOf([row(1, 'a'), row(2, 'b'), row(3, 'c'), row(4, 'a'), row(5, 'b')]);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
});

it('knows its topics', () => {
  expect(parseTopics('runs, agents')).toEqual(new Set(['runs', 'agents']));
  expect(parseTopics('run:01a1fc5f-2203-799b-bed1-ba8362dc84fa')?.size).toBe(1);
  for (const text of [
    '',
    'secrets',
    'run:x',
    'runs,',
    Array.from({ length: 51 }, (_, i) => `run:01a1fc5f-2203-799b-bed1-ba8362dc84${String(i).padStart(2, '0')}`).join(
      ',',
    ),
  ])
    expect(parseTopics(text), text).toBeUndefined();
});
