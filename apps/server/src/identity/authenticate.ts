import { timingSafeEqual } from 'node:crypto';
import type { Platform } from '#server/platform/context.ts';
import type { RateLimiter } from '#server/platform/http/rate-limit.ts';
import { hashToken } from '#server/platform/ids.ts';
import type { Credentials, Principal } from '#server/platform/principal.ts';
import { forbidden, Problem, unauthorized } from '#server/platform/problem.ts';
import { findOwnerOfToken } from './access-tokens/access-tokens.service.ts';
import { getMembership } from './accounts/accounts.service.ts';
import { createProcessTokens, findAgentByToken, getAgentOfProcess } from './agent-tokens/agent-tokens.service.ts';
import type { LocalToken } from './local-token.ts';
import { ofAgent, ofProcess, ofServiceKey, ofUser } from './principals.ts';
import { getServiceKeyOfToken } from './service-keys/service-keys.service.ts';
import { isOwnOrigin } from './sessions/sessions.rules.ts';
import { findSessionUser } from './sessions/sessions.service.ts';
import { getLocalUserId } from './users/users.service.ts';
import { findMembership } from './users/users.store.ts';

export interface Authenticator {
  /** The caller: undefined without a credential. Throws 401 for a wrong one, 429 after too many. */
  authenticate(credentials: Credentials): Promise<Principal | undefined>;
  /** The user that a sign-in token names; a wrong one counts against its address. */
  findUserOfToken(token: string, ip: string): Promise<string | undefined>;
}

/** Knows service keys (`mcs_`), personal access tokens (`mcp_`), tokens of processes and agents (`mca_`), the local token and the console's cookie. */
export function createAuthenticator(platform: Platform, localToken: LocalToken, limiter: RateLimiter): Authenticator {
  const { rateLimits } = platform.config;
  const processTokens = createProcessTokens(platform);
  const guarded = createGuard(limiter, rateLimits.failedAuth);
  const isLocalToken = (token: string) => timingSafeEqual(hashToken(token), localToken.hash);

  const asUser = async (userId: string): Promise<Principal> => {
    limiter.take(`user:${userId}`, rateLimits.user);
    return ofUser(platform, await getMembership(platform, userId));
  };
  /** An agent by its own token, a process by its, or the agent that a process names in `MC-Agent`. */
  const ofAgentToken = async (token: string, agent: string | undefined): Promise<Principal | undefined> => {
    const process = await processTokens.find(token);
    if (process && agent === undefined) return ofProcess(process);
    const found = process
      ? await getAgentOfProcess(platform, process, agent ?? '')
      : await findAgentByToken(platform, token);
    if (!found) return undefined;
    limiter.take(`agent:${found.id}`, rateLimits.agent);
    return ofAgent(platform, found);
  };
  /** A person by a token of their own, in the organization that it was made for. */
  const ofAccessToken = async (token: string, isSafe: boolean): Promise<Principal | undefined> => {
    const owner = await findOwnerOfToken(platform, token);
    const member = owner && (await findMembership(platform.db, owner.user_id, owner.org_id));
    if (!owner || !member) return undefined;
    limiter.take(`user:${owner.user_id}`, rateLimits.user);
    return ofUser(platform, member, { scopes: owner.scopes, isSafe });
  };
  const ofToken = async (
    token: string,
    { ip, agent, isAgentOnly, isSafe }: Credentials,
  ): Promise<Principal | undefined> => {
    if (token.startsWith('mca_')) return ofAgentToken(token, agent);
    if (isAgentOnly) return undefined;
    if (token.startsWith('mcs_')) return ofServiceKey(await getServiceKeyOfToken(platform, token, ip));
    if (token.startsWith('mcp_')) return ofAccessToken(token, isSafe);
    return isLocalToken(token) ? asUser(await getLocalUserId(platform)) : undefined;
  };
  const ofSession = async (session: string, credentials: Credentials): Promise<Principal | undefined> => {
    const userId = await findSessionUser(platform, session);
    if (userId === undefined) return undefined;
    assertOwnPage(credentials, platform);
    return asUser(userId);
  };

  return {
    async authenticate(credentials) {
      const { token, session, ip } = credentials;
      if (token !== undefined) return guarded(ip, () => ofToken(token, credentials));
      return session === undefined ? undefined : ofSession(session, credentials);
    },
    findUserOfToken: (token, ip) =>
      guarded(ip, async () => (isLocalToken(token) ? getLocalUserId(platform) : undefined)),
  };
}

/** Runs a credential check: failures count per address, and after too many none is looked at. */
const createGuard =
  (limiter: RateLimiter, perMinute: number) =>
  async <T>(ip: string, check: () => Promise<T | undefined>): Promise<T> => {
    const bucket = `failed-auth:${ip}`;
    limiter.check(bucket, perMinute);
    try {
      const found = await check();
      if (found !== undefined) return found;
      throw unauthorized();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) limiter.add(bucket);
      throw error;
    }
  };

/** A cookie is sent by the browser whoever asks: a write must say that our own page asked. */
function assertOwnPage({ isSafe, origin }: Credentials, { config }: Platform): void {
  if (isSafe) return;
  if (origin === undefined || !isOwnOrigin(origin, config.baseUrl, config.corsOrigins))
    throw forbidden('With the session cookie, writes must come from the console itself (Origin).');
}
