import { expect, test } from 'vitest';
import { correctGatewayUrl } from './gateway-url.ts';

test.each([
  ['http://box.local:18789', 'ws://box.local:18789'],
  ['https://gateway.example/openclaw', 'wss://gateway.example/openclaw'],
  ['box.local', 'ws://box.local:18789'],
  ['ws://127.0.0.1', 'ws://127.0.0.1:18789'],
  ['ws://127.0.0.1:80', 'ws://127.0.0.1:80'],
  ['wss://gateway.example', 'wss://gateway.example'],
  ['ws://[::1]:18789/', 'ws://[::1]:18789'],
])('%s is written as %s', (typed, url) => {
  expect(correctGatewayUrl(typed).url).toBe(url);
});

test('a token in the address goes to its own field', () => {
  const { url, token, note } = correctGatewayUrl('ws://box:18789/?token=abc&x=1');
  expect({ url, token }).toEqual({ url: 'ws://box:18789?x=1', token: 'abc' });
  expect(note).toContain('token');
  expect(note).not.toContain('abc');
});

test('an address that is right already is left alone, and so is what cannot be read', () => {
  expect(correctGatewayUrl('ws://box:18789').note).toBeUndefined();
  expect(correctGatewayUrl('ws://box:18789/').note).toBeUndefined();
  expect(correctGatewayUrl('ws://')).toEqual({ url: 'ws://', token: undefined, note: undefined });
});
