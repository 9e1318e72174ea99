import { expect, test } from 'vitest';
import type { OutboundWebhook } from '#console/api/contract.ts';
import { toChanges, toComplaint, toValues } from './outbound-values.ts';

const webhook: OutboundWebhook = {
  id: 'w',
  organization_id: 'o',
  name: 'Lake',
  url: 'https://lake.example/in',
  event_types: ['task.created', 'task.deleted'],
  board_ids: null,
  enabled: true,
  paused_reason: null,
  has_secret: true,
  failed_deliveries: 0,
  version: 4,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
};

test('an untouched form sends nothing but the version', () => {
  expect(toChanges(webhook, toValues(webhook))).toEqual({ version: 4 });
});

test('another order of types is no change, another choice of boards is one', () => {
  const values = { ...toValues(webhook), types: ['task.deleted', 'task.created'], boards: ['b'] };
  expect(toChanges(webhook, values)).toEqual({ version: 4, board_ids: ['b'] });
});

test('a form without types, or narrowed to no board, is not sent', () => {
  expect(toComplaint({ ...toValues(webhook), types: [] })).toContain('type');
  expect(toComplaint({ ...toValues(webhook), boards: [] })).toContain('board');
  expect(toComplaint(toValues(webhook))).toBeUndefined();
});
