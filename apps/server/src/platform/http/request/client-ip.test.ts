import { expect, it } from 'vitest';
import { loadConfig } from '../../config.ts';
import { createClientIp } from './client-ip.ts';

type Request = Parameters<ReturnType<typeof createClientIp>>[0];

function clientIp(peer: string, headers: Record<string, string>, trusted = '10.0.0.0/8, ::1, nonsense, 10.0.0.0/99') {
  const { trustedProxies } = loadConfig({ TRUSTED_PROXIES: trusted });
  return createClientIp(trustedProxies)({ headers, raw: { socket: { remoteAddress: peer } } } as unknown as Request);
}

it.each([
  ['the first of Forwarded', { forwarded: 'for=192.0.2.60;proto=http, for=198.51.100.17' }, '192.0.2.60'],
  ['Forwarded before X-Forwarded-For', { forwarded: 'for=192.0.2.60', 'x-forwarded-for': '203.0.113.9' }, '192.0.2.60'],
  ['no port', { forwarded: 'proto=https;For="192.0.2.43:4711"' }, '192.0.2.43'],
  ['no brackets', { forwarded: 'for="[2001:db8:cafe::17]:4711"' }, '2001:db8:cafe::17'],
  ['the first of X-Forwarded-For', { 'x-forwarded-for': '203.0.113.9:80, 10.0.0.2' }, '203.0.113.9'],
  ['the next header when one is hidden', { forwarded: 'for=_hidden', 'x-forwarded-for': '203.0.113.9' }, '203.0.113.9'],
  ['itself when nothing is named', { 'x-forwarded-for': 'unknown' }, '10.1.2.3'],
])('228: behind a trusted peer the client is %s', (_, headers, expected) => {
  expect(clientIp('10.1.2.3', headers as Record<string, string>)).toBe(expected);
});

it('228: a peer that is not trusted is itself', () => {
  expect(clientIp('192.0.2.1', { forwarded: 'for=198.51.100.1', 'x-forwarded-for': '198.51.100.2' })).toBe('192.0.2.1');
  expect(clientIp('10.1.2.3', { 'x-forwarded-for': '198.51.100.2' }, '')).toBe('10.1.2.3');
  expect(clientIp('::1', { 'x-forwarded-for': '198.51.100.2' })).toBe('198.51.100.2');
  expect(clientIp('::ffff:10.1.2.3', { 'x-forwarded-for': '198.51.100.2' })).toBe('198.51.100.2');
});
