import type { Profile } from '../users/profile.rules.ts';

const MAX_EMAIL = 320;
const MAX_NAME = 200;
const MAX_SUBJECT = 255;

/** Claims of a token, or a profile document: whatever the provider wrote. */
export type Claims = Readonly<Record<string, unknown>>;

/** Claims about a person that the provider names. */
export type PersonClaims = Claims & { sub: string };

/** Whether claims name a person by a subject that can be stored. */
export const isPerson = (claims: Claims): claims is PersonClaims =>
  typeof claims.sub === 'string' && claims.sub !== '' && claims.sub.length <= MAX_SUBJECT && !claims.sub.includes('\0');

interface Address {
  email: string | undefined;
  isVerified: boolean | undefined;
}

/**
 * What claims say of a person. E-mail: the direct claim, else the primary entry of `email_addresses`, else its first.
 * Name: the whole one, else made of its parts.
 */
export function toProfile(claims: Claims): Profile {
  const { email, isVerified } = findAddress(claims);
  return { email, isEmailVerified: email === undefined ? undefined : isVerified, name: findName(claims) };
}

/** Both together; what `first` says wins. */
export const mergeProfiles = (first: Profile, second: Profile): Profile => ({
  ...(first.email === undefined ? second : first),
  name: first.name ?? second.name,
});

function findAddress(claims: Claims): Address {
  const direct = ['email', 'email_address', 'primary_email_address'].map((name) => toText(claims[name]));
  const email = direct.find((text) => text !== undefined && text.length <= MAX_EMAIL);
  if (email !== undefined) return { email, isVerified: toFlag(claims.email_verified) };
  const entries = Array.isArray(claims.email_addresses) ? claims.email_addresses.filter(isObject) : [];
  const primary = entries.find((entry) => entry.id !== undefined && entry.id === claims.primary_email_address_id);
  const entry = [primary, ...entries].find((one) => one && toText(one.email_address) !== undefined);
  return { email: toText(entry?.email_address)?.slice(0, MAX_EMAIL), isVerified: isVerifiedEntry(entry) };
}

const isVerifiedEntry = (entry: Claims | undefined): boolean | undefined =>
  isObject(entry?.verification) ? entry.verification.status === 'verified' : undefined;

function findName(claims: Claims): string | undefined {
  const parts = (first: string, second: string) =>
    [toText(claims[first]), toText(claims[second])].filter((part) => part !== undefined).join(' ') || undefined;
  const name =
    toText(claims.name) ??
    toText(claims.full_name) ??
    parts('given_name', 'family_name') ??
    parts('first_name', 'last_name');
  return name?.slice(0, MAX_NAME);
}

const isObject = (value: unknown): value is Claims => typeof value === 'object' && value !== null;

/** Text with something in it; NUL cannot be stored. */
const toText = (value: unknown): string | undefined =>
  (typeof value === 'string' && value.replaceAll('\0', '').trim()) || undefined;

/** Some providers write booleans as text. */
const toFlag = (value: unknown): boolean | undefined => {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
};
