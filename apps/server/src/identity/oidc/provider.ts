import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import type { Platform } from '#server/platform/context.ts';
import { getUserOfSubject } from '../users/users.service.ts';
import { findUserBySubject } from '../users/users.store.ts';
import { askJson } from './ask.ts';
import { mergeProfiles, type PersonClaims, toProfile } from './claims.rules.ts';
import { findClerkProfile, toHeaders } from './clerk.ts';
import { createKeySet } from './key-set.ts';
import { createLogin, type Login } from './login.ts';
import { createVerifier, type VerifiedToken } from './verify.ts';

const SKEW_S = 10;

/** Who vouches for people in AUTH_MODE oidc and clerk. */
export interface IdentityProvider {
  /** The user of a token that the provider signed; undefined for anything else. Throws `service.unavailable`. */
  findUserOfToken(token: string): Promise<string | undefined>;
  /** The user of claims that the provider confirmed. */
  getUserOfClaims(claims: PersonClaims): Promise<string>;
  /** Undefined while no client id is configured: then people come with tokens only. */
  login: Login | undefined;
}

/** Undefined in local mode. */
export function createIdentityProvider(platform: Platform): IdentityProvider | undefined {
  const { config, now } = platform;
  if (config.authMode === 'local') return undefined;
  const { issuer, audience, clientId, clientSecret } = config.oidc;
  const skewS = config.authMode === 'clerk' ? config.clerk.leewayS : SKEW_S;
  const verify = createVerifier(platform, {
    key: createKeySet(createKeySource(platform), now),
    issuer: issuer === undefined ? undefined : toSpellings(issuer),
    audience,
    skewS,
  });
  const login =
    issuer !== undefined && clientId !== undefined
      ? createLogin(platform, { issuer, clientId, clientSecret, skewS })
      : undefined;
  return {
    async findUserOfToken(token) {
      const verified = await verify(token);
      return verified && findOrSync(platform, verified);
    },
    getUserOfClaims: (claims) => sync(platform, claims),
    login,
  };
}

/** Providers and people differ about a slash at the end. */
const toSpellings = (issuer: string): string[] => {
  const bare = issuer.replace(/\/+$/, '');
  return [bare, `${bare}/`];
};

/** A profile is compared once per token: what it says does not change. */
async function findOrSync(platform: Platform, { claims, isFresh }: VerifiedToken): Promise<string> {
  const known = isFresh ? undefined : await findUserBySubject(platform.db, claims.sub);
  return known?.id ?? sync(platform, claims);
}

async function sync(platform: Platform, claims: PersonClaims): Promise<string> {
  const profile = toProfile(claims);
  const { authMode, clerk } = platform.config;
  const known = authMode === 'clerk' ? await findUserBySubject(platform.db, claims.sub) : undefined;
  const isComplete = authMode !== 'clerk' || (known?.email && known.name);
  const fetched = isComplete ? undefined : await findClerkProfile(clerk, claims.sub, platform.log);
  const user = await getUserOfSubject(platform, claims.sub, fetched ? mergeProfiles(fetched, profile) : profile);
  return user.id;
}

const Discovery = z.object({ jwks_uri: z.url() });
const KeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** Reads the key set from where the configuration says, or the issuer's discovery document, or Clerk's API. */
function createKeySource({ config: { oidc, clerk, authMode } }: Platform): () => Promise<JSONWebKeySet> {
  const isOwnClerk = authMode === 'clerk' && oidc.issuer === undefined && oidc.jwksUrl === undefined;
  const headers = isOwnClerk ? toHeaders(clerk.secretKey) : {};
  const findUrl = async (): Promise<string> => {
    if (isOwnClerk) return `${clerk.apiUrl}/v1/jwks`;
    if (oidc.jwksUrl !== undefined) return oidc.jwksUrl;
    const bare = (oidc.issuer ?? '').replace(/\/+$/, '');
    return (await askJson(`${bare}/.well-known/openid-configuration`, Discovery)).jwks_uri;
  };
  return async () => askJson(await findUrl(), KeySet, headers);
}
