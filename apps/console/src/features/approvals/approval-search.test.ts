import { expect, it } from 'vitest';
import { parseApprovalSearch, toFilters } from './approval-search.ts';

it('asks for what waits in the order in which it runs out', () => {
  expect(toFilters({})).toEqual({ status: 'pending', sort: 'expires_at' });
  expect(toFilters({ status: 'mine', id: 'b.a' })).toEqual({ status: 'pending', mine: true, sort: 'expires_at' });
});

it('asks for what was decided newest first, within a range of confidence', () => {
  expect(toFilters({ status: 'approved', confidence: 'medium', action_type: 'deploy' })).toEqual({
    status: 'approved',
    action_type: 'deploy',
    confidence_from: 50,
    confidence_below: 80,
  });
});

it('drops from an address what it does not know', () => {
  expect(parseApprovalSearch({ status: 'perhaps', confidence: 'huge', q: '' })).toEqual({});
});
