import { timingSafeEqual } from 'node:crypto';
import type { Platform } from '#server/platform/context.ts';
import type { RateLimiter } from '#server/platform/http/rate-limit.ts';
import { hashToken } from '#server/platform/ids.ts';
import type { Credentials, Principal } from '#server/platform/principal.ts';
import { forbidden, Problem, unauthorized } from '#server/platform/problem.ts';
import { type Access, canProcess, canServiceKey, canUser, isAccess } from './access.rules.ts';
import { createProcessTokens } from './agent-tokens/agent-tokens.service.ts';
import type { LocalToken } from './local-token.ts';
import { getServiceKeyOfToken } from './service-keys/service-keys.service.ts';
import { isOwnOrigin } from './sessions/sessions.rules.ts';
import { findSessionUser } from './sessions/sessions.service.ts';
import { getLocalUserId, getMembership } from './users/users.service.ts';

export interface Authenticator {
  /** The caller: undefined without a credential. Throws 401 for a wrong one, 429 after too many. */
  authenticate(credentials: Credentials): Promise<Principal | undefined>;
  /** The user that a sign-in token names; a wrong one counts against its address. */
  findUserOfToken(token: string, ip: string): Promise<string | undefined>;
}

/** Knows service keys (`mcs_`), process tokens (`mca_`), the local token and the console's cookie. */
export function createAuthenticator(platform: Platform, localToken: LocalToken, limiter: RateLimiter): Authenticator {
  const { rateLimits } = platform.config;
  const processTokens = createProcessTokens(platform);

  /** Runs a credential check; failures count per address, and too many are refused before looking. */
  const guarded = async <T>(ip: string, check: () => Promise<T | undefined>): Promise<T> => {
    const bucket = `failed-auth:${ip}`;
    limiter.check(bucket, rateLimits.failedAuth);
    try {
      const found = await check();
      if (found !== undefined) return found;
      throw unauthorized();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) limiter.add(bucket);
      throw error;
    }
  };
  const isLocalToken = (token: string) => timingSafeEqual(hashToken(token), localToken.hash);

  const asUser = async (userId: string): Promise<Principal> => {
    limiter.take(`user:${userId}`, rateLimits.user);
    const { org_id, role } = await getMembership(platform, userId);
    return {
      actor: { kind: 'user', id: userId },
      orgId: org_id,
      deny: denyUnless(
        (access) => canUser(role, access),
        () => forbidden(`Your role (${role}) may not do this; ask an admin.`),
      ),
    };
  };
  const asServiceKey = async (token: string, ip: string): Promise<Principal> => {
    const key = await getServiceKeyOfToken(platform, token, ip);
    return {
      actor: { kind: 'service_key', id: key.id },
      orgId: key.organization_id,
      deny: denyUnless(
        (access) => canServiceKey(key.scopes, access),
        (access) =>
          new Problem(
            'service_key.scope',
            403,
            `This key has the scopes ${key.scopes.join(', ')}; ${access} needs another.`,
          ),
      ),
    };
  };
  const asProcess = async (token: string): Promise<Principal | undefined> => {
    const found = await processTokens.find(token);
    return (
      found && {
        actor: { kind: 'process', id: found.producer_id },
        orgId: found.org_id,
        deny: denyUnless(canProcess, () => forbidden('A process may only report, and read its own bundles.')),
      }
    );
  };
  const ofBearer = async (token: string, ip: string): Promise<Principal | undefined> => {
    if (token.startsWith('mcs_')) return asServiceKey(token, ip);
    if (token.startsWith('mca_')) return asProcess(token);
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
      if (token !== undefined) return guarded(ip, () => ofBearer(token, ip));
      return session === undefined ? undefined : ofSession(session, credentials);
    },
    findUserOfToken: (token, ip) =>
      guarded(ip, async () => (isLocalToken(token) ? getLocalUserId(platform) : undefined)),
  };
}

/** A cookie is sent by the browser whoever asks: a write must say that our own page asked. */
function assertOwnPage({ isSafe, origin }: Credentials, { config }: Platform): void {
  if (isSafe) return;
  if (origin === undefined || !isOwnOrigin(origin, config.baseUrl, config.corsOrigins))
    throw forbidden('With the session cookie, writes must come from the console itself (Origin).');
}

const denyUnless =
  (may: (access: Access) => boolean, problem: (access: Access) => Problem): Principal['deny'] =>
  (access) => {
    // A route with an access that the table does not know is open to nobody.
    if (!isAccess(access)) return forbidden('This operation is not open to anybody.');
    return may(access) ? undefined : problem(access);
  };
