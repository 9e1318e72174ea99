import { expect, test } from 'vitest';
import type { Gateway } from '#console/api/contract.ts';
import { isNewWay, listComplaints, toCheckRequest, toGatewayChanges, toGatewayValues } from './gateway-values.ts';

const gateway: Gateway = {
  id: 'g',
  organization_id: 'o',
  name: 'Box',
  url: 'ws://box:18789',
  workspace_root: '~/.openclaw',
  allow_insecure_tls: false,
  disable_device_pairing: false,
  token: null,
  has_token: true,
  credential_delivery: 'file',
  status: 'connected',
  server_version: '2026.9.6',
  protocol: 4,
  last_connected_at: null,
  last_error: null,
  device_id: null,
  agents_count: 2,
  boards_count: 1,
  version: 3,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
};
const values = toGatewayValues(gateway);

test('an untouched form sends nothing but the version, and leaves the stored token alone', () => {
  expect(toGatewayChanges(gateway, values)).toEqual({ version: 3 });
});

test('a stored token is replaced or cleared only when that was chosen', () => {
  expect(toGatewayChanges(gateway, { ...values, token: 'typed' })).toEqual({ version: 3 });
  expect(toGatewayChanges(gateway, { ...values, tokenPlan: 'replace', token: ' new ' })).toEqual({
    version: 3,
    token: 'new',
  });
  expect(toGatewayChanges(gateway, { ...values, tokenPlan: 'clear' })).toEqual({ version: 3, token: '' });
});

test('a replacement that was left empty changes nothing', () => {
  expect(toGatewayChanges(gateway, { ...values, tokenPlan: 'replace' })).toEqual({ version: 3 });
});

test('another name is no new way to the gateway, another address, token or flag is', () => {
  expect(isNewWay(gateway, { ...values, name: 'Other', workspaceRoot: '/data', delivery: 'env' })).toBe(false);
  expect(isNewWay(gateway, { ...values, url: 'wss://box' })).toBe(true);
  expect(isNewWay(gateway, { ...values, tokenPlan: 'replace', token: 'x' })).toBe(true);
  expect(isNewWay(gateway, { ...values, isPairing: false })).toBe(true);
});

test('a check of a saved gateway names it, so that its stored token is used', () => {
  const request = toCheckRequest(values, gateway);
  expect(request).toMatchObject({ gateway_id: 'g', url: 'ws://box:18789' });
  expect(request).not.toHaveProperty('token');
});

test('a form without a name, or with an address that is none of a gateway, is not sent', () => {
  expect(listComplaints({ ...values, name: ' ' })).toHaveProperty('name');
  expect(listComplaints({ ...values, url: 'http://box' })).toHaveProperty('url');
  expect(listComplaints({ ...values, url: 'ws://me@box' })).toHaveProperty('url');
  expect(listComplaints(values)).toEqual({});
});
