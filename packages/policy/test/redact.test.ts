import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../src/redact/index.ts';

interface Vectors {
  json: { name: string; value: unknown; redacted: unknown }[];
}
const vectors = JSON.parse(
  readFileSync(new URL('../../../fixtures/redaction/vectors.json', import.meta.url), 'utf8'),
) as Vectors;

describe('redaction', () => {
  const { redactJson, redactText, mayHoldSecret } = createRedactor();

  it.each(vectors.json)('$name', ({ value, redacted }) => {
    const once = redactJson(value);
    expect(once.value).toEqual(redacted);
    expect(once.changed).toBe(JSON.stringify(value) !== JSON.stringify(redacted));
    if (once.changed) expect(mayHoldSecret(JSON.stringify(value))).toBe(true);
    expect(redactJson(once.value)).toEqual({ value: once.value, changed: false });
  });

  it('copies nothing when nothing changes', () => {
    const value = { a: [{ b: 'text' }], c: 1 };
    expect(redactJson(value).value).toBe(value);
  });

  it('stops at a depth that could not be walked', () => {
    let value: unknown = 'sk-1234567890abcdef1234';
    for (let i = 0; i < 20_000; i++) value = [value];
    expect(JSON.stringify(redactJson(value).value)).not.toContain('sk-1234');
  });

  it('redacts text such as error messages', () => {
    expect(redactText('no user ann@example.com')).toEqual({ text: 'no user [redacted:email]', changed: true });
  });

  it('sees an anchor behind JSON escapes', () => {
    expect(mayHoldSecret('{"a":"ann\\u0040example.com"}')).toBe(true);
  });
});

describe('redaction rules', () => {
  it('hash with a key keeps values joinable', () => {
    const hash = (secret: string) => `${secret.length}`.padStart(16, '0');
    const { redactJson } = createRedactor({ rules: [{ path: 'iban', mode: 'hash' }] }, { hash });
    const { value } = redactJson({ deep: [{ IBAN: 'DE00' }], other: 'DE00' });
    expect(value).toEqual({ deep: [{ IBAN: '[hashed:iban:0000000000000004]' }], other: 'DE00' });
    expect(redactJson(value).changed).toBe(false);
  });

  it('drop removes a key, keep lets a built-in one through, scanners can be off', () => {
    const rules = [
      { path: 'password', mode: 'drop' },
      { path: 'token', mode: 'keep' },
    ] as const;
    const { redactJson } = createRedactor({ scanners: false, rules });
    expect(redactJson({ password: 'x', token: 'y', to: 'a@example.com' }).value).toEqual({
      token: 'y',
      to: 'a@example.com',
    });
  });

  it('paths reach from the root of a payload, and into the arguments of matching tools only', () => {
    const { redactJson, mayHoldSecret } = createRedactor({
      rules: [
        { path: 'customer.name', mode: 'mask' },
        { path: 'items[*]."unit.price"', mode: 'drop' },
        { path: '$.tools["billing/*"].args.iban', mode: 'mask' },
        { path: 'support.email', mode: 'keep' },
      ],
    });
    const support = { email: 'help@example.com' };
    const value = { customer: { name: 'Ann' }, items: [{ 'unit.price': 3, n: 1 }], iban: 'DE00', support };
    const customer = { name: '[redacted:name]' };
    expect(redactJson(value).value).toEqual({ customer, items: [{ n: 1 }], iban: 'DE00', support });
    const site = { tool: 'billing/refund', part: 'args' } as const;
    expect(redactJson(value, site).value).toMatchObject({ iban: '[redacted:iban]' });
    expect(redactJson(value, { ...site, tool: 'crm/find' }).value).toMatchObject({ iban: 'DE00' });
    expect(mayHoldSecret('{}', site)).toBe(true);
  });

  it('refuses a path that cannot be read', () => {
    expect(() => createRedactor({ rules: [{ path: 'a[', mode: 'mask' }] })).toThrow(RangeError);
  });
});
