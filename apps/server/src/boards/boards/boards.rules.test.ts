import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findChanges, listFreeSlugs, toFieldChanges } from './boards.rules.ts';
import type { BoardRead } from './boards.schema.ts';

const board: BoardRead = {
  id: '00000000-0000-7000-8000-000000000001',
  organization_id: '00000000-0000-7000-8000-000000000002',
  name: 'Launch',
  slug: 'launch',
  description: 'To the moon.',
  gateway_id: null,
  board_group_id: null,
  board_type: 'goal',
  objective: 'Land',
  success_metrics: { crew: { of: 3 }, days: 8 },
  target_date: '2026-07-20T20:17:00Z',
  goal_confirmed: true,
  goal_source: null,
  require_approval_for_done: true,
  require_review_before_done: false,
  comment_required_for_review: false,
  block_status_changes_with_pending_approval: false,
  only_lead_can_change_status: false,
  max_agents: 1,
  paused_at: null,
  version: 1,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
};

it('finds no change in any part of what is stored, whatever the order of its keys', () => {
  const { id: _i, organization_id: _o, paused_at: _p, created_at: _c, updated_at: _u, ...stored } = board;
  const same = { ...stored, success_metrics: { days: 8, crew: { of: 3 } }, target_date: '2026-07-20T20:17:00.000Z' };
  const fields = Object.keys(same) as (keyof typeof same)[]; // its own keys
  fc.assert(
    fc.property(fc.subarray(fields), (sent) => {
      const patch = Object.fromEntries(sent.map((field) => [field, same[field]]));
      expect(findChanges(board, patch)).toEqual({});
    }),
  );
});

it('finds what differs, and that a gateway is given up', () => {
  expect(findChanges(board, { name: 'Launch', max_agents: 2, objective: null })).toEqual({
    max_agents: 2,
    objective: null,
  });
  expect(findChanges(board, { without_gateway: true })).toEqual({});
  expect(findChanges({ ...board, gateway_id: board.id }, { without_gateway: true })).toEqual({ gateway_id: null });
});

it('shows changes by field with long values cut', () => {
  const changes = toFieldChanges(board, {
    objective: 'x'.repeat(600),
    max_agents: 2,
    success_metrics: { a: 'y'.repeat(600) },
  });
  expect(changes.map(({ field }) => field)).toEqual(['max_agents', 'objective', 'success_metrics']);
  expect(changes[1]).toMatchObject({ before: 'Land', after: `${'x'.repeat(497)}...` });
  expect(changes[2]).toMatchObject({
    before: board.success_metrics,
    after: expect.stringMatching(/^\{"a":"y+\.\.\.$/),
  });
});

it('offers slugs that nobody has, the plain one first', () => {
  const first = (taken: string[]) => listFreeSlugs('a', new Set(taken)).next().value;
  expect(first([])).toBe('a');
  expect(first(['a', 'a-2', 'a-4'])).toBe('a-3');
});
