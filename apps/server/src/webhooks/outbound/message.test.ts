import { expect, it } from 'vitest';
import { MAX_ATTEMPTS, toMessage, toRetryMs } from './message.ts';

it('is tried after 30 s, 5 min, 30 min, 2 h and 8 h', () => {
  expect(MAX_ATTEMPTS).toBe(6);
  expect([1, 2, 3, 4, 5].map(toRetryMs)).toEqual([30_000, 300_000, 1_800_000, 7_200_000, 28_800_000]);
});

it('leads people to the page where it happened', () => {
  const fact = {
    type: 'task.created',
    occurred_at: '2026-03-01T12:00:00Z',
    org: { id: 'o', name: 'Org' },
    board_id: 'b' as string | null,
    subject: { kind: 'task', id: 't' },
    actor: { kind: 'user', id: 'u' },
    data: { task: { id: 't' } },
  };
  const linkOf = (patch: Partial<typeof fact>) => toMessage('id', { ...fact, ...patch }, 'https://c.example').links;
  expect(linkOf({})).toEqual({ console: 'https://c.example/boards/b' });
  expect(linkOf({ type: 'approval.created' })).toEqual({ console: 'https://c.example/boards/b/approvals' });
  expect(linkOf({ board_id: null })).toEqual({ console: 'https://c.example/activity' });
});
