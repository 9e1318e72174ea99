import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecrets } from './secrets.ts';

const key = randomBytes(32);

describe('secrets', () => {
  it('opens what it sealed, and never shows it sealed', () => {
    const secrets = createSecrets(key);
    fc.assert(
      fc.property(fc.string({ minLength: 8, unit: 'grapheme' }), (plain) => {
        const sealed = secrets.encrypt(plain, 'gateways.token_enc:1');
        expect(sealed.includes(Buffer.from(plain))).toBe(false);
        expect(secrets.decrypt(sealed, 'gateways.token_enc:1')).toBe(plain);
      }),
    );
  });

  it('refuses a value that was moved to another row or changed', () => {
    const secrets = createSecrets(key);
    const sealed = secrets.encrypt('hunter2', 'gateways.token_enc:1');
    expect(() => secrets.decrypt(sealed, 'gateways.token_enc:2')).toThrow();
    sealed[20] = (sealed[20] ?? 0) ^ 1;
    expect(() => secrets.decrypt(sealed, 'gateways.token_enc:1')).toThrow();
  });

  it('opens values of the key before while keys rotate, and no longer after', () => {
    const sealed = createSecrets(key).encrypt('old', 'a:1');
    const next = randomBytes(32);
    expect(createSecrets(next, key).decrypt(sealed, 'a:1')).toBe('old');
    expect(() => createSecrets(next).decrypt(sealed, 'a:1')).toThrow(/key/);
  });

  it('renews what the key before made, and leaves alone what is under the current one', () => {
    const next = randomBytes(32);
    const rotating = createSecrets(next, key);
    const renewed = rotating.renew(createSecrets(key).encrypt('old', 'a:1'), 'a:1');
    expect(createSecrets(next).decrypt(renewed as Buffer, 'a:1')).toBe('old');
    expect(rotating.renew(renewed as Buffer, 'a:1')).toBeUndefined();
    expect(() => rotating.renew(createSecrets(randomBytes(32)).encrypt('x', 'a:1'), 'a:1')).toThrow();
  });

  it('opens and renews values of two keys that happen to have one number', () => {
    const twin = Buffer.alloc(32);
    const other = Buffer.alloc(32);
    other.set([1, 225]); // 1 · 31 + 225 = 256: the one byte that numbers a key comes out the same
    const sealed = createSecrets(twin).encrypt('old', 'a:1');
    expect(createSecrets(other).encrypt('', '')[0]).toBe(sealed[0]);
    const rotating = createSecrets(other, twin);
    expect(rotating.decrypt(sealed, 'a:1')).toBe('old');
    expect(rotating.decrypt(rotating.renew(sealed, 'a:1') as Buffer, 'a:1')).toBe('old');
  });

  it('derives the same bytes for a purpose and others for another', () => {
    const secrets = createSecrets(key);
    expect(secrets.derive('a')).toEqual(createSecrets(key).derive('a'));
    expect(secrets.derive('a')).not.toEqual(secrets.derive('b'));
  });
});
