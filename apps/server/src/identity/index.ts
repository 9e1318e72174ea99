import type { Module } from '#server/platform/module.ts';
import type { Authenticator } from './authenticate.ts';
import { organizationCreated } from './organizations/organizations.events.ts';
import { organizationsRoutes } from './organizations/organizations.routes.ts';
import { serviceKeyCreated, serviceKeyDeleted } from './service-keys/service-keys.events.ts';
import { serviceKeysRoutes } from './service-keys/service-keys.routes.ts';
import { sessionsRoutes } from './sessions/sessions.routes.ts';
import { removeExpiredSessions } from './sessions/sessions.store.ts';
import { usersRoutes } from './users/users.routes.ts';

export { ACCESS, type BoardLevel, hasRole } from './access.rules.ts';
export { createAgentToken, createProcessToken } from './agent-tokens/agent-tokens.service.ts';
export { type Authenticator, createAuthenticator } from './authenticate.ts';
export { assertBoardAccess } from './board-access/board-access.service.ts';
export { mayReadBoard, mayWriteBoard } from './board-access/board-access.store.ts';
export { type LocalToken, loadLocalToken } from './local-token.ts';
export { findServiceKey } from './service-keys/service-keys.store.ts';

export const createIdentity = (authenticator: Authenticator): Module => ({
  name: 'identity',
  routes: [sessionsRoutes(authenticator), usersRoutes, organizationsRoutes, serviceKeysRoutes],
  events: [organizationCreated, serviceKeyCreated, serviceKeyDeleted],
  recurring: [{ name: 'sessions.prune', everyMs: 3_600_000, run: ({ db, now }) => removeExpiredSessions(db, now()) }],
});
