import { expect, it } from 'vitest';
import { type Entry, toGates } from './gates.rules.ts';

const STRICT: Entry['board'] = {
  require_approval_for_done: true,
  require_review_before_done: true,
  comment_required_for_review: true,
  block_status_changes_with_pending_approval: true,
  only_lead_can_change_status: false,
  is_paused: false,
};
const user = { kind: 'user' } as const;
const lead = { kind: 'lead', agentId: 'lead' } as const;
const gates = (entry: Partial<Entry>) =>
  toGates({ mover: user, from: 'in_progress', to: 'done', hasComment: false, board: STRICT, ...entry });

it('asks for pending approvals first, then for the review, then for the approval', () => {
  expect(gates({})).toEqual(['no_pending_approval', 'review', 'approval']);
  expect(gates({ from: 'review' })).toEqual(['no_pending_approval', 'approval']);
});

it('asks for a comment before review, but no lead and nobody who brings one', () => {
  expect(gates({ to: 'review' })).toEqual(['no_pending_approval', 'comment']);
  for (const exempt of [{ hasComment: true }, { mover: lead }])
    expect(gates({ to: 'review', ...exempt })).toEqual(['no_pending_approval']);
});

it('asks the same of a new task, to which no approval can be linked yet', () => {
  expect(gates({ from: undefined })).toEqual(['review', 'approval']);
  expect(gates({ from: undefined, to: 'review' })).toEqual(['comment']);
});

it('asks nothing when the status stays, or where the board has no rules', () => {
  expect(gates({ from: 'done' })).toEqual([]);
  const board = Object.fromEntries(Object.keys(STRICT).map((rule) => [rule, false])) as unknown as Entry['board'];
  for (const to of ['inbox', 'in_progress', 'review', 'done'] as const) expect(gates({ to, board })).toEqual([]);
});
