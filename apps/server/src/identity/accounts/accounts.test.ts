import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeGateway, makeMember, makeOrganization, makeTask } from '../../../test/make.ts';

type Headers = Record<string, string>;
const deleteMe = (app: TestApp, headers: Headers) =>
  app.router.inject({ method: 'DELETE', url: '/api/v1/users/me', headers });

const exists = async ({ platform: { db } }: TestApp, table: 'users' | 'organizations', id: string) =>
  (await db.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst()) !== undefined;

describe('deleting an account', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp();
  });
  afterAll(() => app.close());

  it('26: of a sole member deletes that organization completely', async () => {
    const orgId = await makeOrganization(app, 'Alone');
    const one = await makeMember(app, orgId, { role: 'owner' });
    const { gatewayId } = await makeGateway(app, orgId);
    await makeTask(app, orgId, await makeBoard(app, orgId, { gatewayId }));
    expect((await deleteMe(app, one.headers)).json()).toEqual({ ok: true });
    expect(await exists(app, 'organizations', orgId)).toBe(false);
    expect(await exists(app, 'users', one.userId)).toBe(false);
    const { db } = app.platform;
    expect(await db.selectFrom('boards').select('id').where('org_id', '=', orgId).execute()).toEqual([]);
    const cleanups = await db.selectFrom('gateway_cleanups').select('reason').where('org_id', '=', orgId).execute();
    expect(cleanups).toEqual([{ reason: 'organization_deleted' }]);
    expect((await deleteMe(app, one.headers)).statusCode).toBe(401);
  });

  it('ends only the membership where others are; what the person wrote stays without an author', async () => {
    const { orgId } = app.owner;
    const one = await makeMember(app, orgId, { role: 'admin' });
    const boardId = await makeBoard(app, orgId);
    const taskId = await makeTask(app, orgId, boardId);
    const { db } = app.platform;
    await db.updateTable('tasks').set({ created_by_user_id: one.userId }).where('id', '=', taskId).execute();
    await deleteMe(app, one.headers);
    expect(await exists(app, 'organizations', orgId)).toBe(true);
    const task = await db.selectFrom('tasks').select('created_by_user_id').where('id', '=', taskId).executeTakeFirst();
    expect(task).toEqual({ created_by_user_id: null });
    const facts = await db
      .selectFrom('events')
      .select(['type', 'actor'])
      .where('subject_id', '=', one.memberId)
      .execute();
    expect(facts).toEqual([{ type: 'member.removed', actor: { kind: 'user', id: one.userId } }]);
  });

  it('27: of the last owner with other members is refused and changes nothing', async () => {
    const orgId = await makeOrganization(app);
    const owner = await makeMember(app, orgId, { role: 'owner' });
    await makeMember(app, orgId, { role: 'admin' });
    const answer = await deleteMe(app, owner.headers);
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'organization.last_owner']);
    expect(answer.json().detail.organization_ids).toEqual([orgId]);
    expect(await exists(app, 'users', owner.userId)).toBe(true);
    const second = await makeMember(app, orgId, { role: 'owner' });
    expect((await deleteMe(app, owner.headers)).statusCode).toBe(200);
    expect((await deleteMe(app, second.headers)).statusCode).toBe(422);
  });

  it('of the local user works too: the next sign-in begins anew', async () => {
    const fresh = await createTestApp();
    expect((await deleteMe(fresh, fresh.owner.headers)).statusCode).toBe(200);
    expect(await exists(fresh, 'organizations', fresh.owner.orgId)).toBe(false);
    const again = await fresh.router.inject({ url: '/api/v1/users/me', headers: fresh.owner.headers });
    expect(again.json().id).not.toBe(fresh.owner.userId);
    await fresh.close();
  });
});

describe('deleting an account that Clerk keeps', () => {
  let clerk: Server;
  let app: TestApp;
  let status = 200;
  const calls: string[] = [];
  beforeAll(async () => {
    clerk = createServer(({ method, url, headers }, answer) => {
      calls.push(`${method} ${url} ${headers.authorization}`);
      answer.writeHead(status).end('{}');
    });
    await new Promise<void>((resolve) => clerk.listen(0, '127.0.0.1', resolve));
    const { port } = clerk.address() as AddressInfo;
    app = await createTestApp({
      env: { AUTH_MODE: 'clerk', CLERK_SECRET_KEY: 'sk_test', CLERK_API_URL: `http://127.0.0.1:${port}` },
    });
  });
  afterEach(() => {
    calls.length = 0;
  });
  afterAll(async () => {
    await app.close();
    clerk.closeAllConnections();
    clerk.close();
  });

  it('28: changes nothing here when the provider refuses', async () => {
    const orgId = await makeOrganization(app);
    const one = await makeMember(app, orgId, { role: 'owner' });
    status = 500;
    const answer = await deleteMe(app, one.headers);
    expect([answer.statusCode, answer.json().code]).toEqual([502, 'auth.provider_delete_failed']);
    expect(calls).toEqual([`DELETE /v1/users/${encodeURIComponent(`test|${one.userId}`)} Bearer sk_test`]);
    expect(answer.body).not.toContain('sk_test');
    expect(await exists(app, 'users', one.userId)).toBe(true);
    expect(await exists(app, 'organizations', orgId)).toBe(true);
  });

  it('28: goes on when the provider has no such account any more', async () => {
    const one = await makeMember(app, await makeOrganization(app), { role: 'owner' });
    status = 404;
    expect((await deleteMe(app, one.headers)).statusCode).toBe(200);
    expect(await exists(app, 'users', one.userId)).toBe(false);
  });

  it('27: does not ask the provider for what may not be deleted here', async () => {
    const orgId = await makeOrganization(app);
    const owner = await makeMember(app, orgId, { role: 'owner' });
    await makeMember(app, orgId);
    status = 200;
    expect((await deleteMe(app, owner.headers)).statusCode).toBe(422);
    expect(calls).toEqual([]);
  });
});
