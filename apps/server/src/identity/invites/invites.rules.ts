/** When a renewed invite ends: after the span that it was given when it was made, or last renewed. */
export const renewedEnd = (issuedAt: Date, expiresAt: Date, now: Date): Date =>
  new Date(now.getTime() + expiresAt.getTime() - issuedAt.getTime());

/** Whether the invite of an e-mail is for a person whose identity provider vouches for `email`. */
export const isFor = (invitedEmail: string, email: string | null, isVerified: boolean): boolean =>
  isVerified && email !== null && email.toLowerCase() === invitedEmail.toLowerCase();
