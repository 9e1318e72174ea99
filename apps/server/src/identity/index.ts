import type { RateLimiter } from '#server/platform/http/limits/rate-limit.ts';
import type { Module } from '#server/platform/module.ts';
import { tokenCreated, tokenRevoked } from './access-tokens/access-tokens.events.ts';
import { accessTokensRoutes } from './access-tokens/access-tokens.routes.ts';
import { accountsRoutes } from './accounts/accounts.routes.ts';
import type { Authenticator } from './authenticate.ts';
import { organizationExported } from './exports/exports.events.ts';
import { exportOrganization, pruneExports } from './exports/exports.jobs.ts';
import { exportsRoutes } from './exports/exports.routes.ts';
import { EXPORT_WORK } from './exports/exports.store.ts';
import { inviteAccepted, inviteCreated, inviteDeleted, inviteReissued } from './invites/invites.events.ts';
import { inviteRoutes, invitesRoutes } from './invites/invites.routes.ts';
import { memberAdded, memberRemoved, memberUpdated } from './members/members.events.ts';
import { memberRoutes, membersRoutes } from './members/members.routes.ts';
import { loginRoutes } from './oidc/login.routes.ts';
import { organizationCreated, organizationDeleted } from './organizations/organizations.events.ts';
import { organizationRoutes, organizationsRoutes } from './organizations/organizations.routes.ts';
import { serviceKeyCreated, serviceKeyDeleted } from './service-keys/service-keys.events.ts';
import { serviceKeysRoutes } from './service-keys/service-keys.routes.ts';
import { sessionCreated } from './sessions/sessions.events.ts';
import { sessionsRoutes } from './sessions/sessions.routes.ts';
import { removeExpiredSessions } from './sessions/sessions.store.ts';
import { signUpsRoutes } from './sign-ups/sign-ups.routes.ts';
import { usersRoutes } from './users/users.routes.ts';

export { ACCESS, type BoardLevel, hasRole } from './access.rules.ts';
export {
  beginTokenRotation,
  confirmTokenRotation,
  createProcessToken,
  listAgentTokens,
  revokeAgentTokens,
  toTokenFile,
} from './agent-tokens/agent-tokens.service.ts';
export type { AgentToken } from './agent-tokens/agent-tokens.store.ts';
export { type Authenticator, createAuthenticator, loadSignInWays } from './authenticate.ts';
export { assertBoardAccess } from './board-access/board-access.service.ts';
export { mayReadBoard, mayWriteBoard } from './board-access/board-access.store.ts';
export type { LocalToken } from './local-token.ts';
export { findServiceKey } from './service-keys/service-keys.store.ts';
export { UserUpdate } from './users/users.schema.ts';
export { updateUser } from './users/users.service.ts';

const HOUR_MS = 3_600_000;

/** Who may come in, and what they may. */
export const createIdentity = (authenticator: Authenticator, limiter: RateLimiter): Module => ({
  name: 'identity',
  routes: [
    ...[sessionsRoutes(authenticator), loginRoutes(authenticator.ways.provider), signUpsRoutes(authenticator)],
    ...[usersRoutes, accountsRoutes, accessTokensRoutes],
    ...[organizationsRoutes, organizationRoutes, exportsRoutes, membersRoutes, memberRoutes],
    ...[invitesRoutes(limiter), inviteRoutes, serviceKeysRoutes],
  ],
  events: [
    ...[organizationCreated, organizationExported, organizationDeleted, memberAdded, memberUpdated, memberRemoved],
    ...[inviteCreated, inviteReissued, inviteAccepted, inviteDeleted],
    ...[sessionCreated, tokenCreated, tokenRevoked, serviceKeyCreated, serviceKeyDeleted],
  ],
  work: { [EXPORT_WORK]: exportOrganization },
  recurring: [
    { name: 'sessions.prune', everyMs: HOUR_MS, run: ({ db, now }) => removeExpiredSessions(db, now()) },
    { name: 'exports.prune', everyMs: HOUR_MS, run: pruneExports },
  ],
});
