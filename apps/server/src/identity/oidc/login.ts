import * as client from 'openid-client';
import type { Platform } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { ask, providerAway } from './ask.ts';
import { isPerson, type PersonClaims } from './claims.rules.ts';

const SCOPE = 'openid profile email';
/** How long a person may take at the provider's page. */
const LOGIN_MS = 600_000;
const PLACE = 'auth.login';

/** What the browser keeps, sealed, while its person is at the provider. */
interface Pending {
  state: string;
  nonce: string;
  verifier: string;
  returnTo: string;
  until: number;
}

/** Signing in at the provider: authorization code with PKCE. */
export interface Login {
  /** Where to send the browser, and what to bind to it meanwhile. Throws `service.unavailable`. */
  begin(returnTo: string): Promise<{ url: string; pending: string; maxAgeS: number }>;
  /**
   * Ends it with the query that the browser came back with. Throws `auth.unauthorized` when it is not the answer to what
   * this browser began, or the provider says no.
   */
  finish(query: string, pending: string | undefined): Promise<{ claims: PersonClaims; returnTo: string }>;
}

interface Provider {
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  skewS: number;
}

export function createLogin(platform: Platform, provider: Provider): Login {
  const { config, secrets, now, log } = platform;
  const redirectUri = `${config.baseUrl}/api/v1/auth/callback`;
  let discovered: Promise<client.Configuration> | undefined;
  const discover = (): Promise<client.Configuration> => {
    discovered ??= discoverProvider(provider).catch((error) => {
      discovered = undefined;
      log.warn({ err: error }, 'the identity provider could not be reached');
      throw providerAway();
    });
    return discovered;
  };
  const open = (pending: string | undefined): Pending => {
    try {
      const text = secrets.decrypt(Buffer.from(pending ?? '', 'base64url'), PLACE);
      const opened = JSON.parse(text) as Pending; // sealed by us below
      if (opened.until > now().getTime()) return opened;
    } catch {
      // made elsewhere, or nothing at all: the same as too late
    }
    throw refused('This sign-in was not begun in this browser, or took too long.');
  };

  return {
    async begin(returnTo) {
      const settings = await discover();
      const verifier = client.randomPKCECodeVerifier();
      const state = client.randomState();
      const nonce = client.randomNonce();
      const url = client.buildAuthorizationUrl(settings, {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      const pending: Pending = { state, nonce, verifier, returnTo, until: now().getTime() + LOGIN_MS };
      const sealed = secrets.encrypt(JSON.stringify(pending), PLACE).toString('base64url');
      return { url: url.href, pending: sealed, maxAgeS: LOGIN_MS / 1000 };
    },
    async finish(query, sealed) {
      const { state, nonce, verifier, returnTo } = open(sealed);
      const settings = await discover();
      try {
        const tokens = await client.authorizationCodeGrant(settings, new URL(`${redirectUri}?${query}`), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        return { claims: await readClaims(settings, tokens), returnTo };
      } catch (error) {
        log.warn({ err: error }, 'a sign-in at the identity provider failed');
        throw refused('The identity provider did not confirm this sign-in.');
      }
    },
  };
}

const refused = (detail: string) => new Problem('auth.unauthorized', 401, detail);

const discoverProvider = ({ issuer, clientId, clientSecret, skewS }: Provider): Promise<client.Configuration> =>
  client.discovery(
    new URL(issuer),
    clientId,
    { [client.clockTolerance]: skewS },
    clientSecret === undefined ? client.None() : client.ClientSecretPost(clientSecret),
    {
      [client.customFetch]: fetchByUs,
      // The configuration allows plain http on loopback only. ID tokens are verified however they came.
      execute: [
        client.enableNonRepudiationChecks,
        ...(issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
      ],
    },
  );

/** The library's requests go out as all of ours do. */
const fetchByUs: client.CustomFetch = async (url, { method, headers, body }) => {
  const {
    status,
    headers: answered,
    body: bytes,
  } = await ask({
    url,
    headers,
    method: method === 'POST' ? 'POST' : 'GET',
    ...(body !== undefined && body !== null && { body: String(body) }),
  });
  const type = answered['content-type'];
  return new Response(new Uint8Array(bytes), { status, headers: type === undefined ? {} : { 'content-type': type } });
};

type Tokens = Awaited<ReturnType<typeof client.authorizationCodeGrant>>;

/** Providers may leave the e-mail out of the ID token; then the userinfo endpoint has it. */
async function readClaims(settings: client.Configuration, tokens: Tokens): Promise<PersonClaims> {
  const claims = tokens.claims();
  if (!claims || !isPerson(claims)) throw new Error('The provider gave no ID token that names a person.');
  if (claims.email !== undefined || settings.serverMetadata().userinfo_endpoint === undefined) return claims;
  return { ...claims, ...(await client.fetchUserInfo(settings, tokens.access_token, claims.sub)) };
}
