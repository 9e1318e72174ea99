import { timingSafeEqual } from 'node:crypto';
import type { Platform } from '#server/platform/context.ts';
import type { RateLimiter } from '#server/platform/http/limits/rate-limit.ts';
import { hashToken } from '#server/platform/ids.ts';
import type { Credentials, Principal } from '#server/platform/principal.ts';
import { forbidden, Problem, unauthorized } from '#server/platform/problem.ts';
import { findOwnerOfToken } from './access-tokens/access-tokens.service.ts';
import { createProcessTokens, findAgentByToken, getAgentOfProcess } from './agent-tokens/agent-tokens.service.ts';
import { type LocalToken, loadLocalToken } from './local-token.ts';
import { getMembership } from './memberships/memberships.service.ts';
import { createIdentityProvider, type IdentityProvider } from './oidc/provider.ts';
import { ofAgent, ofProcess, ofServiceKey, ofUser } from './principals.ts';
import { getServiceKeyOfToken } from './service-keys/service-keys.service.ts';
import { isOwnOrigin } from './sessions/sessions.rules.ts';
import { findSessionUser, type SignIn } from './sessions/sessions.service.ts';
import { getLocalUserId } from './users/users.service.ts';

export interface Authenticator {
  /** The caller: undefined without a credential. Throws 401 for a wrong one, 429 after too many. */
  authenticate(credentials: Credentials): Promise<Principal | undefined>;
  /**
   * The person who may open a console session with a token: the local token, a personal access token of scope admin, or
   * one of the identity provider. Throws 401 for a wrong one, 429 after too many, 403 for a token with fewer rights.
   */
  signIn(token: string, ip: string): Promise<SignIn>;
  /** Runs a check of a secret that somebody without a credential brings; guesses count per address. */
  guard<T>(ip: string, check: () => Promise<T | undefined>): Promise<T>;
  ways: SignInWays;
}

/** What people sign in with, by the mode of the deployment. */
export interface SignInWays {
  localToken: LocalToken | undefined;
  provider: IdentityProvider | undefined;
}

export const loadSignInWays = async (platform: Platform): Promise<SignInWays> => ({
  localToken: platform.config.authMode === 'local' ? await loadLocalToken(platform.config) : undefined,
  provider: createIdentityProvider(platform),
});

/**
 * Knows service keys (`mcs_`), personal access tokens (`mcp_`), tokens of processes and agents (`mca_`), the local token
 * or those of the identity provider, and the console's cookie.
 */
export function createAuthenticator(platform: Platform, ways: SignInWays, limiter: RateLimiter): Authenticator {
  const { localToken, provider } = ways;
  const { rateLimits } = platform.config;
  const processTokens = createProcessTokens(platform);
  const guard = createGuard(limiter, rateLimits.failedAuth);
  const isLocalToken = (token: string) =>
    localToken !== undefined && timingSafeEqual(hashToken(token), localToken.hash);
  /** The person whom a token that is not ours alone names. */
  const findPerson = async (token: string): Promise<string | undefined> =>
    isLocalToken(token) ? getLocalUserId(platform) : provider?.findUserOfToken(token);

  const count = ({ isLook }: Credentials, bucket: string, perMinute: number): void => {
    if (!isLook) limiter.take(bucket, perMinute);
  };
  const asUser = async (userId: string, credentials: Credentials): Promise<Principal> => {
    count(credentials, `user:${userId}`, rateLimits.user);
    return ofUser(platform, await getMembership(platform, userId));
  };
  /** An agent by its own token, a process by its, or the agent that a process names in `MC-Agent`. */
  const ofAgentToken = async (token: string, credentials: Credentials): Promise<Principal | undefined> => {
    const own = processTokens.isBelieved(token) ? undefined : await findAgentByToken(platform, token);
    const process = own ? undefined : await processTokens.find(token);
    if (process && credentials.agent === undefined) return ofProcess(process);
    const found = process ? await getAgentOfProcess(platform, process, credentials.agent ?? '') : own;
    if (!found) return undefined;
    count(credentials, `agent:${found.id}`, rateLimits.agent);
    return ofAgent(platform, found);
  };
  /** A person by a token of their own, in the organization that it was made for. */
  const ofAccessToken = async (token: string, credentials: Credentials): Promise<Principal | undefined> => {
    const owner = await findOwnerOfToken(platform, token, credentials.boardId);
    if (!owner) return undefined;
    const { member, scopes, board } = owner;
    count(credentials, `user:${member.user_id}`, rateLimits.user);
    return ofUser(platform, member, { limits: { scopes, isSafe: credentials.isSafe }, board });
  };
  const ofToken = async (token: string, credentials: Credentials): Promise<Principal | undefined> => {
    if (token.startsWith('mca_')) return ofAgentToken(token, credentials);
    if (credentials.isAgentOnly) return undefined;
    if (token.startsWith('mcs_')) return ofServiceKey(await getServiceKeyOfToken(platform, token, credentials.ip));
    if (token.startsWith('mcp_')) return ofAccessToken(token, credentials);
    const userId = await findPerson(token);
    return userId === undefined ? undefined : asUser(userId, credentials);
  };
  const ofSession = async (session: string, credentials: Credentials): Promise<Principal | undefined> => {
    const userId = await findSessionUser(platform, session);
    if (userId === undefined) return undefined;
    assertOwnPage(credentials, platform);
    return asUser(userId, credentials);
  };

  return {
    async authenticate(credentials) {
      const { token, session, ip, isLook } = credentials;
      if (token !== undefined)
        return isLook ? ofToken(token, credentials) : guard(ip, () => ofToken(token, credentials));
      return session === undefined ? undefined : ofSession(session, credentials);
    },
    signIn: (token, ip) =>
      guard(ip, async () => {
        if (token.startsWith('mcp_')) return signInByToken(platform, token);
        const userId = await findPerson(token);
        return userId === undefined ? undefined : { userId, accessTokenId: null };
      }),
    guard,
    ways,
  };
}

/** A session may all that its person may, so only a token that may as much opens one. */
async function signInByToken(platform: Platform, token: string): Promise<SignIn | undefined> {
  const owner = await findOwnerOfToken(platform, token);
  if (owner && !owner.scopes.includes('admin'))
    throw forbidden('Only a personal access token of scope admin signs in to the console.');
  return owner && { userId: owner.member.user_id, accessTokenId: owner.token_id };
}

/** Runs a credential check: failures count per address, and after too many none is looked at. */
const createGuard =
  (limiter: RateLimiter, perMinute: number): Authenticator['guard'] =>
  async (ip, check) => {
    const bucket = `failed-auth:${ip}`;
    limiter.check(bucket, perMinute);
    try {
      const found = await check();
      if (found !== undefined) return found;
      throw unauthorized();
    } catch (error) {
      if (error instanceof Problem && isGuess(error)) limiter.add(bucket);
      throw error;
    }
  };

/** What a wrong secret answers. */
const isGuess = ({ status, code }: Problem): boolean => status === 401 || code === 'invite.not_found';

/** A cookie is sent by the browser whoever asks: a write must say that our own page asked. */
function assertOwnPage({ isSafe, origin }: Credentials, { config }: Platform): void {
  if (isSafe) return;
  if (origin === undefined || !isOwnOrigin(origin, config.baseUrl, config.corsOrigins))
    throw forbidden('With the session cookie, writes must come from the console itself (Origin).');
}
