import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeGateway, makeMember, makeOrganization } from '../../../test/make.ts';
import { openStream } from '../../../test/sse.ts';

const HOUR_MS = 3_600_000;

let app: TestApp;
let at = Date.now();
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(at) });
  await app.router.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Headers = Record<string, string>;
const call = (method: Method, url: string, payload?: object, headers: Headers = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload && { payload }) });
const codeOf = async (answer: ReturnType<typeof call>) => [(await answer).statusCode, (await answer).json().code];
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const make = async (body: object = {}, headers?: Headers) =>
  (await call('POST', '/users/me/tokens', { name: 'ci', scopes: ['admin'], ...body }, headers)).json();
const signIn = (token: string) => call('POST', '/auth/session', { token }, { origin: app.platform.config.baseUrl });

describe('a personal access token', () => {
  it('13: is shown once, and only its hash is stored', async () => {
    const answer = await call('POST', '/users/me/tokens', { name: ' laptop ', scopes: ['read'] });
    expect(answer.statusCode).toBe(201);
    const made = answer.json();
    expect(made).toMatchObject({ name: 'laptop', scopes: ['read'], expires_at: null, last_used_at: null });
    expect(made.token).toMatch(/^mcp_[\w-]{43}$/);
    expect(made.token.startsWith(made.prefix)).toBe(true);
    const list = await call('GET', '/users/me/tokens');
    expect(list.json().items).toMatchObject([{ id: made.id, token: null }]);
    const { db } = app.platform;
    const row = await db.selectFrom('access_tokens').selectAll().where('id', '=', made.id).executeTakeFirst();
    const facts = await db.selectFrom('events').selectAll().where('subject_id', '=', made.id).execute();
    expect(facts).toMatchObject([
      {
        type: 'token.created',
        subject_kind: 'token',
        actor: { kind: 'user', id: app.owner.userId },
        data: { user_id: app.owner.userId },
      },
    ]);
    for (const text of [list.body, JSON.stringify(row), JSON.stringify(facts)]) expect(text).not.toContain(made.token);
  });

  it('13: acts within its scopes: reads, what a member may, all that its person may', async () => {
    const [read, write, admin] = [await make({ scopes: ['read'] }), await make({ scopes: ['write'] }), await make()];
    const attempts: [Method, string, object | undefined, string[]][] = [
      ['GET', '/users/me', undefined, ['read', 'write', 'admin']],
      ['PATCH', '/users/me', { notes: 'x' }, ['write', 'admin']],
      ['GET', '/organizations/me/invites', undefined, ['admin']],
      ['POST', '/service-keys', { name: 'x', scopes: ['read'] }, ['admin']],
      ['POST', '/users/me/tokens', { name: 'x', scopes: ['admin'] }, ['admin']],
    ];
    for (const [method, url, body, allowed] of attempts)
      for (const [scope, { token }] of Object.entries({ read, write, admin })) {
        const { statusCode } = await call(method, url, body, bearer(token));
        expect(statusCode < 300, `${scope}: ${method} ${url}`).toBe(allowed.includes(scope));
        if (statusCode >= 300) expect(statusCode).toBe(403);
      }
  });

  it('13: belongs to one organization, whichever is active', async () => {
    const made = await make();
    const boardId = await makeBoard(app, await makeOrganization(app));
    const other = (await call('POST', '/organizations', { name: 'Second' })).json();
    expect((await call('GET', '/organizations/me')).json().id).toBe(other.id);
    expect((await call('GET', '/organizations/me', undefined, bearer(made.token))).json().id).toBe(app.owner.orgId);
    expect((await call('GET', '/users/me/tokens')).json().items).toEqual([]);
    expect(await codeOf(call('GET', `/boards/${boardId}`, undefined, bearer(made.token)))).toEqual([
      404,
      'board.not_found',
    ]);
    await call('PATCH', '/organizations/me/active', { organization_id: app.owner.orgId });
  });

  it('13: stops after revocation, with the streams and sessions it opened', async () => {
    const made = await make();
    const session = await signIn(made.token);
    const cookie = { cookie: `mc_session=${session.cookies[0]?.value}` };
    expect((await call('GET', '/users/me', undefined, cookie)).statusCode).toBe(200);
    const stream = await openStream(app, '/stream?topics=agents', bearer(made.token));
    expect((await call('DELETE', `/users/me/tokens/${made.id}`)).statusCode).toBe(204);
    await stream.ended;
    expect(stream.messages).toMatchObject([{ event: 'revoked' }]);
    for (const headers of [bearer(made.token), cookie])
      expect(await codeOf(call('GET', '/users/me', undefined, headers))).toEqual([401, 'auth.unauthorized']);
    expect(await codeOf(call('DELETE', `/users/me/tokens/${made.id}`))).toEqual([404, 'token.not_found']);
    const facts = await app.platform.db
      .selectFrom('events')
      .select('type')
      .where('subject_id', '=', made.id)
      .orderBy('id')
      .execute();
    expect(facts).toEqual([{ type: 'token.created' }, { type: 'token.revoked' }]);
  });

  it('13: stops after it expired, and so does a session that it opened', async () => {
    const made = await make({ expires_at: new Date(at + HOUR_MS).toISOString() });
    const session = await signIn(made.token);
    const cookie = { cookie: `mc_session=${session.cookies[0]?.value}` };
    at += HOUR_MS - 1000;
    for (const headers of [bearer(made.token), cookie])
      expect((await call('GET', '/users/me', undefined, headers)).statusCode).toBe(200);
    at += 1000;
    for (const headers of [bearer(made.token), cookie])
      expect(await codeOf(call('GET', '/users/me', undefined, headers))).toEqual([401, 'auth.unauthorized']);
  });

  it('opens a session only with all the rights of its person', async () => {
    expect((await signIn((await make()).token)).statusCode).toBe(204);
    const { token } = await make({ scopes: ['read', 'write'] });
    expect(await codeOf(signIn(token))).toEqual([403, 'auth.forbidden']);
    expect(await codeOf(signIn('mcp_unknown'))).toEqual([401, 'auth.unauthorized']);
  });

  it('of another person or organization cannot be seen or revoked', async () => {
    const made = await make();
    const other = await makeMember(app, app.owner.orgId, { role: 'owner' });
    expect((await call('GET', '/users/me/tokens', undefined, other.headers)).body).not.toContain(made.id);
    expect(await codeOf(call('DELETE', `/users/me/tokens/${made.id}`, undefined, other.headers))).toEqual([
      404,
      'token.not_found',
    ]);
    expect(await codeOf(call('DELETE', `/users/me/tokens/${newId()}`))).toEqual([404, 'token.not_found']);
  });

  it('is refused with an unknown scope, without one, or without a name', async () => {
    for (const body of [{ scopes: ['root'] }, { scopes: [] }, { name: ' ' }, { name: null }, { expires_at: 'soon' }])
      expect((await make(body)).code).toBe('request.invalid');
  });

  it('is listed page by page, newest first', async () => {
    const { headers } = await makeMember(app, app.owner.orgId);
    for (const name of ['a', 'b', 'c']) {
      at += 10;
      await make({ name }, headers);
    }
    const first = (await call('GET', '/users/me/tokens?limit=2', undefined, headers)).json();
    const second = (
      await call('GET', `/users/me/tokens?limit=2&cursor=${first.next_cursor}`, undefined, headers)
    ).json();
    const names = [...first.items, ...second.items].map(({ name }: { name: string }) => name);
    expect(names).toEqual(['c', 'b', 'a', 'test']);
    expect(second.next_cursor).toBeNull();
  });
});

describe('callers of operations for others', () => {
  it('7, 15: an agent gets 401 from what is about a person, and never more', async () => {
    const { main } = await makeGateway(app, app.owner.orgId);
    const bootstrap = await call('POST', '/auth/bootstrap', undefined, main.headers);
    expect([bootstrap.statusCode, bootstrap.json().code]).toEqual([401, 'auth.unauthorized']);
    expect((await call('POST', '/auth/bootstrap')).json()).toMatchObject({
      id: app.owner.userId,
      email: 'admin@home.local',
    });
    const attempts: [Method, string, object?][] = [
      ['GET', '/users/me'],
      ['PATCH', '/users/me', { name: 'x' }],
      ['DELETE', '/users/me'],
      ['POST', '/users/me/tokens', { name: 'x' }],
      ['POST', '/organizations', { name: 'x' }],
      ['GET', '/organizations/me'],
      ['DELETE', '/organizations/me'],
      ['GET', '/organizations/me/members'],
      ['POST', '/organizations/me/invites', { invited_email: 'a@b.io' }],
      ['POST', '/organizations/invites/accept', { token: 'x' }],
    ];
    for (const [method, url, body] of attempts)
      expect([401, 403], `${method} ${url}`).toContain((await call(method, url, body, main.headers)).statusCode);
  });
});
