import { expect, test } from 'vitest';
import type { BoardWebhook } from '#console/api/contract.ts';
import { toWebhookChanges, toWebhookValues } from './webhook-values.ts';

const webhook: BoardWebhook = {
  id: 'w',
  board_id: 'b',
  agent_id: null,
  description: 'Pushes',
  enabled: true,
  has_secret: true,
  signature_header: null,
  endpoint_path: '/api/v1/boards/b/webhooks/w',
  endpoint_url: null,
  last_received_at: null,
  failed_deliveries: 0,
  previous_secret_valid_until: null,
  version: 2,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
};

test('an untouched form leaves the secret as it is', () => {
  expect(toWebhookChanges(webhook, toWebhookValues(webhook))).toEqual({ version: 2 });
});

test('a typed secret is sent, a cleared one is null', () => {
  const values = toWebhookValues(webhook);
  expect(toWebhookChanges(webhook, { ...values, secret: ' s3cret ' })).toEqual({ version: 2, secret: 's3cret' });
  expect(toWebhookChanges(webhook, { ...values, isCleared: true })).toEqual({ version: 2, secret: null });
});
