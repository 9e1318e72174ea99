import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeProfile } from '../users/profile.rules.ts';
import { mergeProfiles, toProfile } from './claims.rules.ts';
import { toReturnPath } from './login.rules.ts';

const first = { id: 'a', email_address: 'first@x.io', verification: { status: 'verified' } };
const primary = { id: 'b', email_address: 'primary@x.io', verification: { status: 'unverified' } };

describe('claims', () => {
  it.each([
    [{ email: ' direct@x.io ', email_addresses: [first] }, 'direct@x.io'],
    [{ email: '', email_address: 'second@x.io' }, 'second@x.io'],
    [{ primary_email_address: 'third@x.io' }, 'third@x.io'],
    [{ email_addresses: [first, primary], primary_email_address_id: 'b' }, 'primary@x.io'],
    [{ email_addresses: [first, primary], primary_email_address_id: 'c' }, 'first@x.io'],
    [{ email_addresses: [first, primary] }, 'first@x.io'],
    [{ email: 7, email_addresses: 'none' }, undefined],
    [{ email: `${'x'.repeat(320)}@x.io` }, undefined],
    [{}, undefined],
  ])('4: of %j give the e-mail %s', (claims, email) => expect(toProfile(claims).email).toBe(email));

  it.each([
    [{ name: 'Ann Lee', given_name: 'X' }, 'Ann Lee'],
    [{ full_name: 'Ann Lee' }, 'Ann Lee'],
    [{ given_name: 'Ann', family_name: 'Lee' }, 'Ann Lee'],
    [{ family_name: 'Lee' }, 'Lee'],
    [{ first_name: 'Ann', last_name: ' Lee ' }, 'Ann Lee'],
    [{ name: '  ', first_name: null }, undefined],
  ])('4: of %j give the name %s', (claims, name) => expect(toProfile(claims).name).toBe(name));

  it.each([
    [{ email: 'a@x.io', email_verified: true }, true],
    [{ email: 'a@x.io', email_verified: 'true' }, true],
    [{ email: 'a@x.io', email_verified: false }, false],
    [{ email: 'a@x.io', email_verified: 'false' }, false],
    [{ email: 'a@x.io', email_verified: 'yes' }, undefined],
    [{ email: 'a@x.io' }, undefined],
    [{ email_addresses: [first] }, true],
    [{ email_addresses: [first, primary], primary_email_address_id: 'b' }, false],
    [{ email_verified: true }, undefined],
  ])('of %j say of the e-mail: verified %s', (claims, isVerified) =>
    expect(toProfile(claims).isEmailVerified).toBe(isVerified),
  );

  it('of any shape give text that can be stored', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (claims, value) => {
        const { email, name } = toProfile({ ...claims, email: value, name: value, email_addresses: value });
        for (const text of [email, name])
          expect(text === undefined || (text.length <= 320 && !text.includes('\0'))).toBe(true);
      }),
    );
  });

  it('6: the provider’s own record wins over claims, which fill its gaps', () => {
    const record = { email: 'primary@x.io', isEmailVerified: true, name: undefined };
    const claimed = { email: 'other@x.io', isEmailVerified: false, name: 'Ann' };
    expect(mergeProfiles(record, claimed)).toEqual({ ...record, name: 'Ann' });
    expect(mergeProfiles({ email: undefined, isEmailVerified: undefined, name: 'Bo' }, claimed)).toEqual({
      ...claimed,
      name: 'Bo',
    });
  });
});

describe('a known person', () => {
  const known = { email: 'a@x.io', email_verified: true, name: 'Ann' };
  const says = (profile: Partial<Parameters<typeof mergeProfile>[1]>) =>
    mergeProfile(known, { email: undefined, isEmailVerified: undefined, name: undefined, ...profile });

  it('5: keeps what the provider does not speak of', () => {
    expect(says({})).toBeUndefined();
    expect(says({ email: 'a@x.io', name: 'Another' })).toBeUndefined();
  });

  it('another address begins unproven; a word against the known one counts', () => {
    expect(says({ email: 'b@x.io' })).toEqual({ ...known, email: 'b@x.io', email_verified: false });
    expect(says({ email: 'a@x.io', isEmailVerified: false })).toEqual({ ...known, email_verified: false });
  });
});

describe('the page to return to', () => {
  const BASE = 'https://control.example.com';

  it.each([
    ['/boards/1?tab=x#y', '/boards/1?tab=x#y'],
    ['/', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/a\\..\\b', '/'],
    ['https://evil.example', '/'],
    ['boards', '/'],
    ['/a b', '/'],
    ['/\n/evil.example', '/'],
    [undefined, '/'],
  ])('%j is %s', (wanted, path) => expect(toReturnPath(wanted, BASE)).toBe(path));

  it('is of the same origin whatever is asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const wanted of [text, `/${text}`, `//${text}`]) {
          const path = toReturnPath(wanted, BASE);
          expect(new URL(path, BASE).origin).toBe(BASE);
          expect(path).toMatch(/^\/(?!\/)[\x21-\x7e]*$/);
        }
      }),
    );
  });
});
