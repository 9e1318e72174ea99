import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type MadeMember, makeBoard, makeMember, makeOrganization } from '../../../test/make.ts';
import { openStream } from '../../../test/sse.ts';

let app: TestApp;
let admin: MadeMember;
beforeAll(async () => {
  app = await createTestApp();
  await app.router.listen({ port: 0, host: '127.0.0.1' });
  admin = await makeMember(app, app.owner.orgId, { role: 'admin', name: 'Ada Admin' });
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Headers = Record<string, string>;
const call = (method: Method, url: string, payload?: object, headers: Headers = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1/organizations/me${url}`, headers, ...(payload && { payload }) });
const codeOf = async (answer: ReturnType<typeof call>) => [(await answer).statusCode, (await answer).json().code];

const make = (rights?: Parameters<typeof makeMember>[2]) => makeMember(app, app.owner.orgId, rights);
const readBoard = async (boardId: string, headers: Headers) =>
  (await app.router.inject({ url: `/api/v1/boards/${boardId}`, headers })).statusCode;
const listFacts = (id: string) =>
  app.platform.db
    .selectFrom('events')
    .select(['type', 'actor', 'data'])
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute();

describe('reading members', () => {
  it('29: one reads one’s own record, another’s only as an admin, another organization’s never', async () => {
    const [one, other] = [await make({ name: 'One' }), await make()];
    const own = await call('GET', `/members/${one.memberId}`, undefined, one.headers);
    expect(own.json()).toMatchObject({ user_id: one.userId, role: 'member', version: 1, user: { name: 'One' } });
    expect((await call('GET', '/member', undefined, one.headers)).json()).toEqual(own.json());
    expect(own.headers.etag).toBe('"1"');
    expect(await codeOf(call('GET', `/members/${other.memberId}`, undefined, one.headers))).toEqual([
      403,
      'auth.forbidden',
    ]);
    expect((await call('GET', `/members/${other.memberId}`, undefined, admin.headers)).statusCode).toBe(200);
    const stranger = await makeMember(app, await makeOrganization(app));
    for (const headers of [app.owner.headers, one.headers])
      expect(await codeOf(call('GET', `/members/${stranger.memberId}`, undefined, headers))).toEqual([
        404,
        'member.not_found',
      ]);
  });

  it('34: the list is a page by lower e-mail, then name, with the exact total and no rows per board', async () => {
    const orgId = await makeOrganization(app);
    const { db } = app.platform;
    const people = [];
    for (const email of ['b@x.io', 'A@x.io', 'c@x.io', 'a@x.io', null]) {
      const person = await makeMember(app, orgId, { name: `${email}` });
      people.push(person);
      await db.updateTable('users').set({ email }).where('id', '=', person.userId).execute();
    }
    const boardId = await makeBoard(app, orgId);
    const reader = await makeMember(app, orgId, { boards: { [boardId]: 'read' } });
    await db.updateTable('users').set({ email: 'z@x.io' }).where('id', '=', reader.userId).execute();
    const first = (await call('GET', '/members?limit=4', undefined, reader.headers)).json();
    expect(first).toMatchObject({ total: 6, limit: 4, offset: 0 });
    const second = (await call('GET', '/members?limit=4&offset=4', undefined, reader.headers)).json();
    const items = [...first.items, ...second.items];
    expect(items.map(({ user }) => user.email)).toEqual(
      ['a@x.io', 'A@x.io', 'b@x.io', 'c@x.io', 'z@x.io', null].sort(byEmail),
    );
    for (const item of items) expect(item.board_access).toEqual([]);
    expect((await call('GET', '/member', undefined, reader.headers)).json().board_access).toMatchObject([
      { board_id: boardId, can_read: true, can_write: false, created_at: expect.stringMatching(/Z$/) },
    ]);
  });
});

/** Names break ties: `A@x.io` is before `a@x.io`. */
const byEmail = (a: string | null, b: string | null) => {
  if (a === null || b === null) return a === null ? 1 : -1;
  return a.toLowerCase().localeCompare(b.toLowerCase()) || (a < b ? -1 : 1);
};

describe('roles', () => {
  it('30: an unknown role is refused, null changes nothing, case and spaces do not count', async () => {
    const { memberId } = await make();
    for (const role of ['boss', '', 7])
      expect(await codeOf(call('PATCH', `/members/${memberId}`, { role }))).toEqual([422, 'request.invalid']);
    for (const body of [{ role: null }, {}, { role: 'member' }])
      expect((await call('PATCH', `/members/${memberId}`, body)).json()).toMatchObject({ role: 'member', version: 1 });
    expect(await listFacts(memberId)).toEqual([]);
    const answer = await call('PATCH', `/members/${memberId}`, { role: '  ADMIN ' });
    expect(answer.json()).toMatchObject({ role: 'admin', version: 2, board_access: [] });
    expect(await listFacts(memberId)).toMatchObject([
      { type: 'member.updated', actor: { kind: 'user', id: app.owner.userId }, data: { member: { role: 'admin' } } },
    ]);
  });

  it('31: an admin cannot make themselves or another an owner, nor change or remove an owner', async () => {
    const { memberId } = await make();
    const owner = await make({ role: 'owner' });
    const attempts: [Method, string, object?][] = [
      ['PATCH', `/members/${admin.memberId}`, { role: 'owner' }],
      ['PATCH', `/members/${memberId}`, { role: 'owner' }],
      ['PATCH', `/members/${owner.memberId}`, { role: 'member' }],
      ['PUT', `/members/${owner.memberId}/access`, { all_boards_read: true }],
      ['DELETE', `/members/${owner.memberId}`],
    ];
    for (const [method, url, body] of attempts)
      expect(await codeOf(call(method, url, body, admin.headers)), `${method} ${url}`).toEqual([
        403,
        'member.owner_role_restricted',
      ]);
    expect((await call('PATCH', `/members/${memberId}`, { role: 'owner' })).json().role).toBe('owner');
    expect((await call('PATCH', `/members/${memberId}`, { role: 'member' })).json().role).toBe('member');
  });

  it('the last owner keeps the role, also when two owners step down at once', async () => {
    const orgId = await makeOrganization(app);
    const [one, two] = [
      await makeMember(app, orgId, { role: 'owner' }),
      await makeMember(app, orgId, { role: 'owner' }),
    ];
    const stepDown = ({ memberId, headers }: MadeMember) =>
      call('PATCH', `/members/${memberId}`, { role: 'member' }, headers);
    const answers = await Promise.all([stepDown(one), stepDown(two)]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 422]);
    const refused = answers.find(({ statusCode }) => statusCode === 422)?.json();
    expect(refused).toMatchObject({ code: 'organization.last_owner', detail: { organization_ids: [orgId] } });
  });

  it('members change no roles, and a stale version changes nothing', async () => {
    const one = await make();
    expect(await codeOf(call('PATCH', `/members/${one.memberId}`, { role: 'admin' }, one.headers))).toEqual([
      403,
      'auth.forbidden',
    ]);
    await call('PATCH', `/members/${one.memberId}`, { role: 'admin' });
    const stale = await call(
      'PATCH',
      `/members/${one.memberId}`,
      { role: 'member' },
      { ...app.owner.headers, 'if-match': '"1"' },
    );
    expect(stale.json()).toMatchObject({ code: 'resource.version_conflict', detail: { current_version: 2 } });
    expect(await codeOf(call('PATCH', `/members/${newId()}`, { role: 'admin' }))).toEqual([404, 'member.not_found']);
    expect(await codeOf(call('PATCH', '/members/nonsense', { role: 'admin' }))).toEqual([422, 'request.invalid']);
  });
});

describe('access to boards', () => {
  it('32: read comes from a flag or any row, write only from all_boards_write or can_write', async () => {
    const boardId = await makeBoard(app, app.owner.orgId);
    const rename = async (headers: Headers) =>
      (
        await app.router.inject({
          method: 'PATCH',
          url: `/api/v1/boards/${boardId}`,
          headers,
          payload: { name: 'Renamed' },
        })
      ).statusCode;
    const rights: [Parameters<typeof make>[0], number, number][] = [
      [{}, 403, 403],
      [{ role: 'admin' }, 403, 403],
      [{ all_boards_read: true }, 200, 403],
      [{ all_boards_write: true }, 200, 200],
      [{ boards: { [boardId]: 'read' } }, 200, 403],
      [{ boards: { [boardId]: 'write' } }, 200, 200],
      [{ boards: { [await makeBoard(app, app.owner.orgId)]: 'write' } }, 403, 403],
    ];
    for (const [right, read, write] of rights) {
      const { headers } = await make(right);
      expect([await readBoard(boardId, headers), await rename(headers)], JSON.stringify(right)).toEqual([read, write]);
    }
  });

  it('33: the board’s own organization decides, not the active one', async () => {
    const orgId = await makeOrganization(app);
    const boardId = await makeBoard(app, orgId);
    expect(await readBoard(boardId, app.owner.headers)).toBe(404);
    await app.platform.db
      .insertInto('organization_members')
      .values({ id: newId(), org_id: orgId, user_id: app.owner.userId, role: 'member', all_boards_read: true })
      .execute();
    expect((await call('GET', '')).json().id).toBe(app.owner.orgId);
    expect(await readBoard(boardId, app.owner.headers)).toBe(200);
    await app.platform.db.deleteFrom('organization_members').where('org_id', '=', orgId).execute();
  });

  it('is replaced as a whole; a flag needs no rows, writing implies reading, nothing given is no row', async () => {
    const { orgId } = app.owner;
    const [a, b, c] = [await makeBoard(app, orgId), await makeBoard(app, orgId), await makeBoard(app, orgId)];
    const one = await make({ boards: { [c]: 'write' } });
    const put = (body: object) => call('PUT', `/members/${one.memberId}/access`, body);
    const rows = async () =>
      (await call('GET', '/member', undefined, one.headers))
        .json()
        .board_access.map(({ board_id, can_read, can_write }: Record<string, unknown>) => [
          board_id,
          can_read,
          can_write,
        ]);
    const board_access = [
      { board_id: a },
      { board_id: b.toUpperCase(), can_read: false, can_write: true },
      { board_id: b },
      { board_id: c, can_read: false },
    ];
    const answer = await put({ board_access });
    expect(answer.json()).toMatchObject({ version: 2, board_access: [], all_boards_read: false });
    expect(new Set(await rows())).toEqual(
      new Set([
        [a, true, false],
        [b, true, true],
      ]),
    );
    expect((await put({ board_access: board_access.toReversed() })).json().version).toBe(2);
    expect((await put({ all_boards_read: true, board_access })).json()).toMatchObject({
      version: 3,
      all_boards_read: true,
    });
    expect(await rows()).toEqual([]);
    expect(await listFacts(one.memberId)).toMatchObject([
      {
        type: 'member.updated',
        data: { member: { board_access: expect.arrayContaining([expect.objectContaining({ board_id: a })]) } },
      },
      { type: 'member.updated', data: { member: { all_boards_read: true } } },
    ]);
  });

  it('names the boards that are none of the organization’s', async () => {
    const one = await make();
    const foreign = await makeBoard(app, await makeOrganization(app));
    const unknown = newId();
    const answer = await call('PUT', `/members/${one.memberId}/access`, {
      board_access: [{ board_id: foreign }, { board_id: unknown }, { board_id: await makeBoard(app, app.owner.orgId) }],
    });
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'board.not_in_organization']);
    expect(answer.json().detail.invalid_board_ids).toEqual([foreign, unknown]);
  });
});

describe('removing a member', () => {
  it('ends their access, tokens and streams, and moves their active organization', async () => {
    const { db } = app.platform;
    const elsewhere = await makeOrganization(app);
    const one = await make({ role: 'admin', all_boards_read: true });
    await db
      .insertInto('organization_members')
      .values({ id: newId(), org_id: elsewhere, user_id: one.userId, role: 'member' })
      .execute();
    const stream = await openStream(app, '/stream?topics=agents', one.headers);
    expect((await call('DELETE', `/members/${one.memberId}`, undefined, admin.headers)).json()).toEqual({ ok: true });
    await stream.ended;
    expect(stream.messages).toMatchObject([{ event: 'revoked' }]);
    expect((await call('GET', '', undefined, one.headers)).statusCode).toBe(401);
    const user = await db
      .selectFrom('users')
      .select('active_organization_id')
      .where('id', '=', one.userId)
      .executeTakeFirst();
    expect(user).toEqual({ active_organization_id: elsewhere });
    const facts = await db
      .selectFrom('events')
      .select(['type', 'actor'])
      .where('org_id', '=', app.owner.orgId)
      .where((eb) => eb.or([eb('subject_id', '=', one.memberId), eb('type', '=', 'token.revoked')]))
      .orderBy('id')
      .execute();
    expect(facts).toEqual([
      { type: 'token.revoked', actor: { kind: 'user', id: admin.userId } },
      { type: 'member.removed', actor: { kind: 'user', id: admin.userId } },
    ]);
    const lines = await db
      .selectFrom('activity_events')
      .select(['event_type', 'user_id'])
      .where('event_type', '=', 'member.removed')
      .execute();
    expect(lines).toEqual([{ event_type: 'member.removed', user_id: admin.userId }]);
  });

  it('leaves who has no other organization without an active one', async () => {
    const one = await make();
    await call('DELETE', `/members/${one.memberId}`);
    const user = await app.platform.db
      .selectFrom('users')
      .select('active_organization_id')
      .where('id', '=', one.userId)
      .executeTakeFirst();
    expect(user).toEqual({ active_organization_id: null });
  });

  it('is not for oneself, not for members, and not across organizations', async () => {
    const one = await make();
    expect(await codeOf(call('DELETE', `/members/${admin.memberId}`, undefined, admin.headers))).toEqual([
      403,
      'member.self_removal',
    ]);
    expect(await codeOf(call('DELETE', `/members/${admin.memberId}`, undefined, one.headers))).toEqual([
      403,
      'auth.forbidden',
    ]);
    const stranger = await makeMember(app, await makeOrganization(app));
    expect(await codeOf(call('DELETE', `/members/${stranger.memberId}`))).toEqual([404, 'member.not_found']);
  });
});
