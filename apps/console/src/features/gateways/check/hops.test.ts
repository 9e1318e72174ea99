import { expect, test } from 'vitest';
import type { GatewayCheck } from '#console/api/contract.ts';
import { isReached, isWorthWaiting } from './hops.ts';

const resultOf = (failed_hop: GatewayCheck['failed_hop'], code: string | null): GatewayCheck => ({
  ok: failed_hop === null,
  failed_hop,
  code,
  duration_ms: 1,
  hops: [],
  server_version: null,
  protocol: null,
  scopes: [],
  pairing: null,
});

test('a pairing or a start is waited for, a wrong token is not', () => {
  expect(isWorthWaiting(resultOf('pairing', 'gateway.pairing_required'))).toBe(true);
  expect(isWorthWaiting(resultOf('http', 'gateway.starting'))).toBe(true);
  expect(isWorthWaiting(resultOf('auth', 'gateway.token_wrong'))).toBe(false);
  expect(isWorthWaiting(resultOf(null, null))).toBe(false);
});

test('a gateway without a model is reached, one with a wrong token or an old version is not', () => {
  expect(isReached(resultOf('model', 'gateway.no_model'))).toBe(true);
  expect(isReached(resultOf('reach_back', 'gateway.base_url_unreachable'))).toBe(true);
  expect(isReached(resultOf('auth', 'gateway.token_wrong'))).toBe(false);
  expect(isReached(resultOf('version', 'gateway.version_old'))).toBe(false);
});
