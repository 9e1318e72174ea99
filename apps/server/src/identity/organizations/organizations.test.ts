import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeGateway, makeGatewayAgent, makeMember, makeOrganization } from '../../../test/make.ts';
import { countRows, listTenantTables, populateOrganization } from '../../../test/populate.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Headers = Record<string, string>;
const call = (method: Method, url: string, payload?: object, headers: Headers = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload && { payload }) });

const listFacts = (orgId: string) =>
  app.platform.db
    .selectFrom('events')
    .select(['type', 'actor', 'data'])
    .where('org_id', '=', orgId)
    .where('subject_kind', '=', 'organization')
    .execute();
const activate = (id: string) => call('PATCH', '/organizations/me/active', { organization_id: id });

describe('the first sign-in', () => {
  it('16: makes one organization with its owner and two skill packs for ten parallel requests', async () => {
    const fresh = await createTestApp();
    const { db } = fresh.platform;
    await db.deleteFrom('organizations').execute();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => fresh.router.inject({ url: '/api/v1/users/me', headers: fresh.owner.headers })),
    );
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(await db.selectFrom('organizations').select('name').execute()).toEqual([{ name: 'Personal' }]);
    expect(await db.selectFrom('organization_members').selectAll().execute()).toMatchObject([
      { user_id: fresh.owner.userId, role: 'owner', all_boards_read: true, all_boards_write: true },
    ]);
    const packs = await db.selectFrom('skill_packs').select('source_url').orderBy('source_url').execute();
    expect(packs.map(({ source_url }) => source_url).sort()).toEqual(
      [...fresh.platform.config.defaultSkillPacks].sort(),
    );
    await fresh.close();
  });
});

describe('organizations of a person', () => {
  it('20: need a name that the person has not given to another, in whatever case', async () => {
    expect((await call('POST', '/organizations', { name: '  ' })).json().code).toBe('request.invalid');
    const answer = await call('POST', '/organizations', { name: '  Acme  ' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      id: expect.any(String),
      name: 'Acme',
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    const twin = await call('POST', '/organizations', { name: 'aCME' });
    expect([twin.statusCode, twin.json().code]).toEqual([409, 'organization.name_taken']);
    const facts = await listFacts(answer.json().id);
    expect(facts).toMatchObject([
      {
        type: 'organization.created',
        actor: { kind: 'user', id: app.owner.userId },
        data: { organization: { name: 'Acme' } },
      },
    ]);
  });

  it('20: only one of two parallel ones gets the name', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => call('POST', '/organizations', { name: 'Race' })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409]);
  });

  it('21: may have a name that only another tenant uses', async () => {
    await makeOrganization(app, 'Globex');
    expect((await call('POST', '/organizations', { name: 'Globex' })).statusCode).toBe(200);
  });

  it('22: are listed by name, in whatever case, with the active one marked', async () => {
    await call('POST', '/organizations', { name: 'aaa first' });
    const list = (await call('GET', '/organizations/me/list')).json();
    const names = list.map(({ name }: { name: string }) => name.toLowerCase());
    expect(names).toEqual([...names].sort());
    expect(list.filter((item: { is_active: boolean }) => item.is_active)).toMatchObject([
      { name: 'aaa first', role: 'owner' },
    ]);
    expect((await call('GET', '/organizations/me')).json().name).toBe('aaa first');
  });

  it('23: cannot be made active without membership', async () => {
    const answer = await activate(await makeOrganization(app));
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'organization.access_denied']);
    expect((await activate('nonsense')).statusCode).toBe(422);
    expect((await activate(app.owner.orgId)).json()).toMatchObject({ id: app.owner.orgId });
    expect((await call('GET', '/organizations/me')).json().id).toBe(app.owner.orgId);
  });

  it('19: an active one without membership is replaced by the oldest membership', async () => {
    const { db } = app.platform;
    const strange = await makeOrganization(app);
    await db.updateTable('users').set({ active_organization_id: strange }).where('id', '=', app.owner.userId).execute();
    expect((await call('GET', '/organizations/me')).json().id).toBe(app.owner.orgId);
    const user = await db
      .selectFrom('users')
      .select('active_organization_id')
      .where('id', '=', app.owner.userId)
      .executeTakeFirst();
    expect(user).toEqual({ active_organization_id: app.owner.orgId });
  });
});

describe('deleting an organization', () => {
  it('24: is for owners and changes nothing for others', async () => {
    for (const role of ['member', 'admin'] as const) {
      const { headers } = await makeMember(app, app.owner.orgId, { role });
      const answer = await call('DELETE', '/organizations/me', undefined, headers);
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'organization.owner_required']);
    }
    expect((await call('GET', '/organizations/me')).statusCode).toBe(200);
  });

  it('25: a fully populated one leaves no row in any tenant table, and a clean-up for every managed agent', async () => {
    const { db } = app.platform;
    const orgId = await makeOrganization(app, 'Full');
    const owner = await makeMember(app, orgId, { role: 'owner', all_boards_write: true });
    const { gatewayId } = await makeGateway(app, orgId);
    const boardId = await makeBoard(app, orgId, { gatewayId });
    await makeGatewayAgent(app, orgId, { kind: 'lead', gatewayId, boardId });
    await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
    await populateOrganization(app, orgId);
    const tables = await listTenantTables(app);
    expect(tables.length).toBeGreaterThan(50);
    await db.deleteFrom('gateway_cleanups').where('org_id', '=', orgId).execute();

    const answer = await call('DELETE', '/organizations/me', undefined, owner.headers);
    expect([answer.statusCode, answer.json()]).toEqual([200, { ok: true }]);
    const left: Record<string, number> = {};
    for (const table of tables) {
      const count = await countRows(app, table, orgId);
      if (count > 0) left[table] = count;
    }
    // The one fact is how open streams learn of it.
    expect(left).toEqual({ events: 1, gateway_cleanups: 3 });
    expect(await listFacts(orgId)).toMatchObject([{ type: 'organization.deleted', data: {} }]);
    expect(await db.selectFrom('organizations').select('id').where('id', '=', orgId).execute()).toEqual([]);
    const cleanups = await db.selectFrom('gateway_cleanups').selectAll().where('org_id', '=', orgId).execute();
    for (const cleanup of cleanups) expect(cleanup).toMatchObject({ gateway_url: 'ws://127.0.0.1:1', done_at: null });
    expect((await call('GET', '/organizations/me', undefined, owner.headers)).statusCode).toBe(401);
  });

  it('leaves other organizations as they are', async () => {
    const orgId = await makeOrganization(app, 'Small');
    const owner = await makeMember(app, orgId, { role: 'owner' });
    const before = await countRows(app, 'organization_members', app.owner.orgId);
    await call('DELETE', '/organizations/me', undefined, owner.headers);
    expect(await countRows(app, 'organization_members', app.owner.orgId)).toBe(before);
  });
});
