import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  listMessages,
  makeBoard,
  makeBoardGroup,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
} from '../../../test/make.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Headers = Record<string, string>;

let app: TestApp;
let foreignOrg: string;
beforeAll(async () => {
  app = await createTestApp();
  foreignOrg = await makeOrganization(app);
});
afterAll(() => app.close());

const call = (method: Method, url: string, payload?: object, headers: Headers = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
const factsOf = (id: string) =>
  app.platform.db.selectFrom('events').select(['type', 'actor']).where('subject_id', '=', id).orderBy('id').execute();

describe('a group', () => {
  it('is made with a slug from its name, changed once per effective change, and removed', async () => {
    const made = (await call('POST', '/board-groups', { name: 'Our Ops', slug: '' })).json();
    expect(made).toMatchObject({ name: 'Our Ops', slug: 'our-ops', description: null, version: 1 });
    const url = `/board-groups/${made.id}`;
    expect((await call('PATCH', url, { name: 'Our Ops' })).json()).toEqual(made);
    const changed = (await call('PATCH', url, { description: 'night shift', slug: 'Night Shift' })).json();
    expect(changed).toMatchObject({ description: 'night shift', slug: 'night-shift', version: 2 });
    expect((await call('GET', url)).json()).toEqual(changed);
    const stale = await call('PATCH', url, { name: 'x' }, { ...app.owner.headers, 'if-match': '"1"' });
    expect(stale.json().code).toBe('resource.version_conflict');
    expect((await call('DELETE', url)).json()).toEqual({ ok: true });
    expect((await call('GET', url)).json().code).toBe('board_group.not_found');
    expect((await factsOf(made.id)).map(({ type }) => type)).toEqual([
      'board_group.created',
      'board_group.updated',
      'board_group.deleted',
    ]);
  });

  it('has a slug of its own', async () => {
    const first = (await call('POST', '/board-groups', { name: 'A', slug: 'taken' })).json();
    expect((await call('POST', '/board-groups', { name: 'B', slug: 'Taken' })).json().code).toBe(
      'board_group.slug_taken',
    );
    const other = (await call('POST', '/board-groups', { name: 'B', slug: 'free' })).json();
    expect((await call('PATCH', `/board-groups/${other.id}`, { slug: 'taken' })).json().code).toBe(
      'board_group.slug_taken',
    );
    for (const field of ['name', 'slug'])
      expect((await call('PATCH', `/board-groups/${first.id}`, { [field]: null })).json().code).toBe('request.invalid');
  });

  it('63: deleting it nulls the group of its boards, tells their leads and deletes its memory', async () => {
    const { orgId } = app.owner;
    const { gatewayId } = await makeGateway(app, orgId);
    const groupId = await makeBoardGroup(app, orgId);
    const boardId = await makeBoard(app, orgId, { gatewayId, groupId });
    const lead = await makeGatewayAgent(app, orgId, { kind: 'lead', gatewayId, boardId });
    await call('POST', `/board-groups/${groupId}/memory`, { content: 'remember' });
    expect((await call('DELETE', `/board-groups/${groupId}`)).statusCode).toBe(200);
    expect((await call('GET', `/boards/${boardId}`)).json()).toMatchObject({ board_group_id: null, version: 2 });
    const left = await app.platform.db
      .selectFrom('board_group_memory')
      .select('id')
      .where('board_group_id', '=', groupId)
      .execute();
    expect(left).toEqual([]);
    const told = (await listMessages(app, orgId)).filter((message) => message.agent_id === lead.agentId);
    expect(told).toMatchObject([
      { kind: 'board.updated', data: { changes: [{ field: 'board_group_id', before: groupId, after: null }] } },
    ]);
  });
});

describe('who may', () => {
  it('66: an empty group is readable by admins only', async () => {
    const groupId = await makeBoardGroup(app, app.owner.orgId);
    const admin = await makeMember(app, app.owner.orgId, { role: 'admin' });
    const member = await makeMember(app, app.owner.orgId, { all_boards_read: true, all_boards_write: true });
    const read = async (headers: Headers) => (await call('GET', `/board-groups/${groupId}`, undefined, headers)).json();
    expect((await read(admin.headers)).id).toBe(groupId);
    expect((await read(member.headers)).code).toBe('board.access_denied');
    expect((await call('GET', '/board-groups', undefined, member.headers)).body).not.toContain(groupId);
    expect((await call('GET', '/board-groups', undefined, admin.headers)).body).toContain(groupId);
  });

  it('a group with boards is read by who reads one of them and written by admins who write one of them', async () => {
    const { orgId } = app.owner;
    const groupId = await makeBoardGroup(app, orgId);
    const boardId = await makeBoard(app, orgId, { groupId });
    const url = `/board-groups/${groupId}`;
    const reader = await makeMember(app, orgId, { boards: { [boardId]: 'read' } });
    const stranger = await makeMember(app, orgId, { role: 'admin' });
    const writer = await makeMember(app, orgId, { role: 'admin', boards: { [boardId]: 'write' } });
    const status = async (method: Method, { headers }: { headers: Headers }) =>
      (await call(method, url, method === 'PATCH' ? { name: 'New' } : undefined, headers)).statusCode;
    expect(await status('GET', reader)).toBe(200);
    expect(await status('GET', stranger)).toBe(403);
    expect(await status('PATCH', reader)).toBe(403);
    expect(await status('PATCH', stranger)).toBe(403);
    expect(await status('PATCH', writer)).toBe(200);
    expect((await call('GET', '/board-groups', undefined, reader.headers)).json()).toMatchObject({ total: 1 });
    expect((await call('GET', '/board-groups', undefined, stranger.headers)).body).not.toContain(groupId);
  });

  it('another organization’s groups are 404', async () => {
    const foreign = await makeBoardGroup(app, foreignOrg);
    for (const id of [foreign, newId()]) {
      expect((await call('GET', `/board-groups/${id}`)).json().code).toBe('board_group.not_found');
      expect((await call('PATCH', `/board-groups/${id}`, { name: 'x' })).json().code).toBe('board_group.not_found');
      expect((await call('DELETE', `/board-groups/${id}`)).json().code).toBe('board_group.not_found');
      expect((await call('GET', `/board-groups/${id}/memory`)).json().code).toBe('board_group.not_found');
    }
  });

  it('the list is by name, with the exact total', async () => {
    const orgId = await makeOrganization(app, 'Lists');
    const owner = await makeMember(app, orgId, { role: 'owner' });
    for (const name of ['beta', 'Alpha', 'gamma']) await makeBoardGroup(app, orgId, name);
    const page = (await call('GET', '/board-groups?limit=2', undefined, owner.headers)).json();
    expect(page.items.map(({ name }: { name: string }) => name)).toEqual(['Alpha', 'beta']);
    expect(page).toMatchObject({ total: 3, limit: 2, offset: 0 });
  });
});
