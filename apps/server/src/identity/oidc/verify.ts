import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Platform } from '#server/platform/context.ts';
import { hashToken } from '#server/platform/ids.ts';
import { isPerson, type PersonClaims } from './claims.rules.ts';

/** Only signatures by a key pair: with a shared secret, whoever verifies could also sign. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const BELIEVED_MS = 600_000;
const MAX_BELIEVED = 10_000;

export interface TokenRules {
  key: JWTVerifyGetKey;
  /** Undefined: any, since only one provider has these keys. */
  issuer: string[] | undefined;
  audience: string | undefined;
  skewS: number;
}

type VerifiedClaims = JWTPayload & PersonClaims;

export interface VerifiedToken {
  claims: VerifiedClaims;
  /** Whether this is the first time that the token is seen. */
  isFresh: boolean;
}

/** Checks tokens of the identity provider; one that was good is believed until it expires, ten minutes at most. */
export function createVerifier(
  { now }: Pick<Platform, 'now'>,
  rules: TokenRules,
): (token: string) => Promise<VerifiedToken | undefined> {
  const believed = new Map<string, { claims: VerifiedClaims; until: number }>();

  return async (token) => {
    if (!JWT.test(token)) return undefined;
    const at = now().getTime();
    const hash = hashToken(token).toString('base64');
    const known = believed.get(hash);
    if (known && at < known.until) return { claims: known.claims, isFresh: false };
    const claims = await verify(token, rules, new Date(at));
    if (!claims) return undefined;
    if (believed.size >= MAX_BELIEVED) believed.clear();
    believed.set(hash, { claims, until: Math.min(at + BELIEVED_MS, ((claims.exp ?? 0) + rules.skewS) * 1000) });
    return { claims, isFresh: true };
  };
}

async function verify(token: string, rules: TokenRules, now: Date): Promise<VerifiedClaims | undefined> {
  const { key, issuer, audience, skewS } = rules;
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [...ALGORITHMS],
      clockTolerance: skewS,
      currentDate: now,
      requiredClaims: ['sub', 'exp'],
      ...(issuer && { issuer }),
      ...(audience !== undefined && { audience }),
    });
    // jose itself does not look at `iat`.
    const isFromFuture = (payload.iat ?? 0) > now.getTime() / 1000 + skewS;
    return isPerson(payload) && !isFromFuture ? payload : undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined; // not a good token: what is wrong with it is nobody's business
    throw error;
  }
}
