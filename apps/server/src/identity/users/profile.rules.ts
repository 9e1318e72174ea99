/** What an identity provider says of a person; undefined where it says nothing. */
export interface Profile {
  email: string | undefined;
  /** Undefined: the provider does not say, which is no proof. */
  isEmailVerified: boolean | undefined;
  name: string | undefined;
}

interface Stored {
  email: string | null;
  email_verified: boolean;
  name: string | null;
}

/** What to store of a known person: another e-mail, a name only where there is none. Undefined when nothing changes. */
export function mergeProfile(known: Stored, { email, isEmailVerified, name }: Profile): Stored | undefined {
  const isSameEmail = email === undefined || email === known.email;
  const merged = {
    email: email ?? known.email,
    // An address that the provider does not vouch for again keeps what was said of it; another one starts unproven.
    email_verified: isEmailVerified ?? (isSameEmail && known.email_verified),
    name: known.name || (name ?? known.name),
  };
  const isChanged =
    merged.email !== known.email || merged.email_verified !== known.email_verified || merged.name !== known.name;
  return isChanged ? merged : undefined;
}
