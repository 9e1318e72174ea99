import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBody } from './body.rules.ts';
import { assertSigned, toKeptHeaders } from './signature.ts';

describe('a body', () => {
  const parse = (text: string | Buffer, type: string | null = null) => parseBody(Buffer.from(text), type);

  it('139: is {} when empty, JSON by content type or first character, else text', () => {
    expect(parse('')).toEqual({});
    expect(parse('', 'application/json')).toEqual({});
    expect(parse('{"a":1}')).toEqual({ a: 1 });
    expect(parse('  [1, 2]', 'text/plain')).toEqual([1, 2]);
    expect(parse('"x"')).toBe('x');
    expect(parse('true')).toBe(true);
    expect(parse(' false\n')).toBe(false);
    expect(parse('trueish')).toBe('trueish');
    expect(parse('12')).toBe('12');
    expect(parse('12', 'application/json; charset=utf-8')).toBe(12);
    expect(parse('null', 'Application/JSON')).toBeNull();
    expect(parse('a=1&b=2', 'application/x-www-form-urlencoded')).toBe('a=1&b=2');
  });

  it('139: is text when its JSON is broken, and invalid UTF-8 does not fail', () => {
    expect(parse('{"a":', 'application/json')).toBe('{"a":');
    expect(parse(Buffer.from([0x61, 0xff, 0x62]))).toBe('a\ufffdb');
    expect(parse('{"a":1e999}')).toBe('{"a":1e999}');
    expect(parse('['.repeat(500_000))).toBe('['.repeat(500_000));
    const deep = `${'['.repeat(300)}${']'.repeat(300)}`;
    expect(parse(deep)).toBe(deep);
  });

  it('can be stored whatever it holds', () => {
    const unstorable = /[\0\p{Surrogate}]/u;
    expect(parse('{"\\u0000k":"a\\u0000\\ud800","__proto__":{"x":1}}')).toEqual(
      JSON.parse('{"\ufffdk":"a\ufffd\ufffd","__proto__":{"x":1}}'),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isJson) => {
        const value = parseBody(Buffer.from(bytes), isJson ? 'application/json' : null);
        expect(unstorable.test(JSON.stringify(value))).toBe(false);
      }),
    );
  });
});

describe('a signature', () => {
  const body = Buffer.from('{"a":1}');
  const now = new Date('2026-03-01T12:00:00Z');
  const sign = (secret: string, bytes: Buffer | string) => createHmac('sha256', secret).update(bytes).digest('hex');
  const check = (headers: Record<string, string>, { secrets = ['s'], header = null as string | null } = {}) =>
    assertSigned({ headers, body }, { secrets, header, now });
  const code = (wanted: string) => expect.objectContaining({ code: wanted, status: 403 });

  it('is not needed without a secret', () => {
    check({}, { secrets: [] });
  });

  it('stands in the configured header, or in the first of the usual ones', () => {
    const right = sign('s', body);
    check({ 'x-hub-signature-256': `sha256=${right}` });
    check({ 'x-webhook-signature': right.toUpperCase() });
    check({ 'x-hub-signature-256': `SHA256=${right}`, 'x-webhook-signature': 'wrong' });
    expect(() => check({ 'x-hub-signature-256': 'sha256=00', 'x-webhook-signature': right })).toThrow(
      code('webhook.signature_invalid'),
    );
    check({ 'x-mine': right }, { header: 'X-Mine' });
    expect(() => check({ 'x-webhook-signature': right }, { header: 'X-Mine' })).toThrow(
      code('webhook.signature_missing'),
    );
    expect(() => check({})).toThrow(code('webhook.signature_missing'));
    expect(() => check({ 'x-webhook-signature': ' ' })).toThrow(code('webhook.signature_missing'));
  });

  it('of any of the valid secrets opens, of another none', () => {
    check({ 'x-webhook-signature': sign('old', body) }, { secrets: ['new', 'old'] });
    for (const wrong of [sign('other', body), sign('s', '{"a":2}'), 'sha1=abc', `${sign('s', body)}0`])
      expect(() => check({ 'x-webhook-signature': wrong })).toThrow(code('webhook.signature_invalid'));
  });

  it('may cover a timestamp, which must be of now', () => {
    const at = (seconds: number) => String(now.getTime() / 1000 + seconds);
    const call = (timestamp: string, signed = true) => ({
      'x-webhook-timestamp': timestamp,
      'x-webhook-signature': sign('s', signed ? `${timestamp}.${body}` : body),
    });
    check(call(at(-299)));
    check(call(at(299)));
    check(call(at(0), false));
    check(call('2026-03-01T13:00:00+01:00'));
    for (const late of [at(-301), at(301), 'yesterday', '2026-03-01T11:00:00Z'])
      expect(() => check(call(late))).toThrow(code('webhook.signature_invalid'));
    expect(() => check(call(at(-301), false))).toThrow(code('webhook.signature_invalid'));
    const { 'x-webhook-signature': signature } = call(at(-10));
    expect(() => check({ 'x-webhook-signature': signature })).toThrow(code('webhook.signature_invalid'));
    expect(() => check({ 'x-webhook-signature': signature, 'x-webhook-timestamp': at(0) })).toThrow(
      code('webhook.signature_invalid'),
    );
  });
});

it('140: keeps what a call says of itself, and none of its credentials', () => {
  const kept = toKeptHeaders(
    {
      'content-type': 'application/json',
      'user-agent': 'hooks/1',
      'x-github-event': 'push',
      'x-request-id': 'r1',
      accept: '*/*',
      host: 'example.com',
      authorization: 'Bearer s',
      cookie: 'a=b',
      'x-hub-signature-256': 'sha256=1',
      'x-webhook-signature': '1',
      'x-gitlab-token': 's',
      'x-api-key': 's',
      'x-agent-token': 's',
      'x-mine': 'sha256=1',
    },
    'X-Mine',
  );
  expect(kept).toEqual({
    'content-type': 'application/json',
    'user-agent': 'hooks/1',
    'x-github-event': 'push',
    'x-request-id': 'r1',
  });
});
