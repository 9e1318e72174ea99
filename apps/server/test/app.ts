import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '#server/app/app.ts';
import { loadConfig } from '#server/platform/config.ts';
import type { Platform } from '#server/platform/context.ts';
import type { Router } from '#server/platform/http/route.ts';
import { hashToken, newId, newToken } from '#server/platform/ids.ts';
import { createLog, type LogTarget } from '#server/platform/log/log.ts';
import { loadSecretKey } from '#server/platform/secrets/secret-key.ts';
import { createSecrets } from '#server/platform/secrets/secrets.ts';
import { createTestDatabase } from './database.ts';

const LOCAL_TOKEN = 'test-'.repeat(10);

/** The real application on a database of its own, with its owner signed in: in local mode the local user. */
export interface TestApp {
  router: Router;
  platform: Platform;
  /** Runs one job of the outbox now, if it is its turn. */
  runWork: App['runWork'];
  owner: {
    userId: string;
    orgId: string;
    /** For `router.inject`. */
    headers: { authorization: string };
  };
  close(): Promise<void>;
}

export interface TestAppOptions {
  now?: () => Date;
  /** Variables of the configuration, by name. */
  env?: Record<string, string>;
  /** Sees the router before any route does. */
  decorate?: (router: Router) => void;
  /** Takes the lines of the log. */
  logTo?: LogTarget;
}

/** Starts the whole application, as `main.ts` does but for the port. */
export async function createTestApp({
  now = () => new Date(),
  env = {},
  decorate = () => undefined,
  logTo,
}: TestAppOptions = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'mc-app-'));
  const config = loadConfig({ MC_DATA_DIR: dataDir, LOCAL_AUTH_TOKEN: LOCAL_TOKEN, LOG_LEVEL: 'fatal', ...env });
  const platform: Platform = {
    config,
    db: database.db,
    databaseUrl: database.url,
    log: createLog(config, logTo),
    secrets: createSecrets(loadSecretKey(config), config.secretKeyPrevious),
    reactions: new Map(),
    now,
    // The outside network of tests: nobody is there but this machine.
    resolve: async (name) => (name === 'localhost' ? ['127.0.0.1'] : []),
  };
  const app = await createApp(platform, { decorate });
  await app.start();
  return {
    router: app.router,
    platform,
    runWork: app.runWork,
    owner: config.authMode === 'local' ? await signIn(app.router, platform) : await makeOwner(platform),
    async close() {
      await app.close();
      await database.drop();
      rmSync(dataDir, { recursive: true });
    },
  };
}

/** The first call of the local user makes the user and an organization that it owns. */
async function signIn(router: Router, { db }: Platform): Promise<TestApp['owner']> {
  const headers = { authorization: `Bearer ${LOCAL_TOKEN}` };
  const answer = await router.inject({ method: 'POST', url: '/api/v1/auth/bootstrap', headers });
  if (answer.statusCode !== 200) throw new Error(`The local user could not sign in: ${answer.body}`);
  const member = await db.selectFrom('organization_members').select(['user_id', 'org_id']).executeTakeFirstOrThrow();
  return { userId: member.user_id, orgId: member.org_id, headers };
}

/** Where people come from an identity provider, the owner of a test comes by a token of their own. */
async function makeOwner({ db }: Platform): Promise<TestApp['owner']> {
  const [orgId, userId, token] = [newId(), newId(), newToken('mcp_')];
  await db.insertInto('organizations').values({ id: orgId, name: 'Personal' }).execute();
  const user = {
    id: userId,
    clerk_user_id: 'test|owner',
    email: 'owner@example.com',
    email_verified: true,
    name: 'Owner',
  };
  await db
    .insertInto('users')
    .values({ ...user, active_organization_id: orgId })
    .execute();
  await db
    .insertInto('organization_members')
    .values({
      id: newId(),
      org_id: orgId,
      user_id: userId,
      role: 'owner',
      all_boards_read: true,
      all_boards_write: true,
    })
    .execute();
  const scopes = { scopes: ['admin'], prefix: 'mcp_', token_hash: hashToken(token) };
  await db
    .insertInto('access_tokens')
    .values({ id: newId(), org_id: orgId, user_id: userId, name: 'test', ...scopes })
    .execute();
  return { userId, orgId, headers: { authorization: `Bearer ${token}` } };
}
