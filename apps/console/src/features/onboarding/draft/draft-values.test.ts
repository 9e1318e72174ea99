import { expect, it } from 'vitest';
import type { Board, Onboarding } from '#console/api/contract.ts';
import { findGap, toConfirm, toDraftValues } from './draft-values.ts';

const board = { board_type: 'goal', objective: 'Ship', success_metrics: null, target_date: null } as Board;
const draft: NonNullable<Onboarding['draft_goal']> = {
  status: 'complete',
  board_type: 'goal',
  objective: 'Win',
  success_metrics: { games: 3, mood: 'good' },
  target_date: '2026-12-24T00:00:00Z',
  user_profile: { preferred_name: 'Pat', pronouns: null, timezone: 'Europe/Berlin', notes: null, context: null },
  lead_agent: {
    name: 'Grace',
    identity_profile: { tone: 'dry' },
    autonomy_level: 'balanced',
    verbosity: null,
    output_format: null,
    update_cadence: 'daily',
    custom_instructions: null,
  },
};

it('sends a draft that was not touched as it came', () => {
  const { status: _, ...rest } = draft;
  expect(toConfirm(toDraftValues(draft, board), draft)).toEqual(rest);
});

it('means the end of a day that was chosen', () => {
  const values = { ...toDraftValues(draft, board), targetDay: '2027-01-31' };
  expect(toConfirm(values, draft).target_date).toBe(new Date('2027-01-31T23:59:59.999').toISOString());
  expect(toConfirm({ ...values, targetDay: '' }, draft).target_date).toBeNull();
});

it('begins with what the board says when there is no draft', () => {
  expect(toDraftValues(null, board)).toMatchObject({ isGoal: true, objective: 'Ship', metrics: [], targetDay: '' });
});

it('asks for an objective and a measure, of boards with a goal only', () => {
  const values = toDraftValues(draft, board);
  expect(findGap(values)).toBeUndefined();
  expect(findGap({ ...values, objective: ' ' })).toContain('reached');
  expect(findGap({ ...values, metrics: [{ name: ' ', value: '3' }] })).toContain('measure');
  expect(findGap({ ...values, isGoal: false, objective: '' })).toBeUndefined();
});
