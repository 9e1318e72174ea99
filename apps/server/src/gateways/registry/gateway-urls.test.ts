import { describe, expect, it } from 'vitest';
import { assertGatewayAddresses, parseGatewayUrl } from './gateway-urls.ts';

const OPEN = { allowedHosts: [], denyPrivate: false };
const CLOSED = { allowedHosts: [], denyPrivate: true };
const forbidden = expect.objectContaining({ code: 'gateway.url_forbidden', status: 422 });

describe('the URL of a gateway', () => {
  it.each([
    ...[
      'http://gateway.test',
      'https://gateway.test',
      'file:///etc/passwd',
      'gateway.test',
      '',
      'ws:/',
      'javascript:1',
    ],
    ...['ws://user@gateway.test', 'wss://user:secret@gateway.test', 'ws://:secret@gateway.test'],
    ...[
      'ws://169.254.169.254',
      'ws://2852039166',
      'wss://[fe80::1]',
      'ws://[::ffff:a9fe:a9fe]',
      'ws://100.100.100.200:18789',
    ],
  ])('187: %s is refused', (url) => {
    expect(() => parseGatewayUrl(url, OPEN)).toThrow(forbidden);
  });

  it.each(['ws://127.0.0.1:18789', 'ws://localhost', 'wss://gateway.test/path?x=1', 'ws://10.1.2.3', 'ws://[::1]:1'])(
    '187: %s is taken as it is',
    (url) => expect(parseGatewayUrl(url, OPEN)).toEqual({ url, token: null }),
  );

  it('187: may be limited to public addresses and to hosts that the operator names', () => {
    for (const url of ['ws://127.0.0.1', 'ws://10.1.2.3', 'wss://[fd00::1]', 'ws://2130706433'])
      expect(() => parseGatewayUrl(url, CLOSED)).toThrow(forbidden);
    const named = { allowedHosts: ['gateway.test'], denyPrivate: false };
    expect(parseGatewayUrl('wss://GATEWAY.test', named).url).toBe('wss://GATEWAY.test');
    expect(() => parseGatewayUrl('wss://other.test', named)).toThrow(forbidden);
    expect(() => parseGatewayUrl('wss://gateway.test.evil.test', named)).toThrow(forbidden);
  });

  it('187: of a name is judged by every address that it resolves to, each time', () => {
    expect(() => assertGatewayAddresses(['93.184.216.34', '10.0.0.1'], OPEN)).not.toThrow();
    expect(() => assertGatewayAddresses(['93.184.216.34', '169.254.169.254'], OPEN)).toThrow(forbidden);
    expect(() => assertGatewayAddresses(['93.184.216.34', '127.0.0.1'], CLOSED)).toThrow(forbidden);
  });

  it('gives back a token and never keeps it', () => {
    expect(parseGatewayUrl('wss://gateway.test/?token=secret&x=1#token=other', OPEN)).toEqual({
      url: 'wss://gateway.test/?x=1',
      token: 'secret',
    });
    expect(parseGatewayUrl('wss://gateway.test/?token=', OPEN)).toEqual({ url: 'wss://gateway.test/', token: null });
  });
});
