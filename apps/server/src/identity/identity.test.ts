import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken, newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../test/app.ts';
import { makeBoard, makeMember, makeOrganization, makeServiceKey } from '../../test/make.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const get = (url: string, headers: Record<string, string> = {}) => app.router.inject({ url: `/api/v1${url}`, headers });
const token = () => app.owner.headers.authorization.replace('Bearer ', '');
const ownPage = () => ({ origin: app.platform.config.baseUrl });

async function signIn(headers: Record<string, string> = ownPage()) {
  const answer = await app.router.inject({
    method: 'POST',
    url: '/api/v1/auth/session',
    headers,
    payload: { token: token() },
  });
  return { answer, cookie: `mc_session=${answer.cookies[0]?.value}` };
}

describe('local token', () => {
  it('1: refuses a caller without a token and one with a wrong token', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }] as Record<string, string>[]) {
      const answer = await get('/users/me', headers);
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ code: 'auth.unauthorized', request_id: expect.any(String) });
    }
  });

  it('1: is the local user', async () => {
    const answer = await get('/users/me', app.owner.headers);
    expect(answer.json()).toMatchObject({
      clerk_user_id: 'local-auth-user',
      email: 'admin@home.local',
      name: 'Local User',
    });
  });

  it('makes one organization for concurrent first requests', async () => {
    const fresh = await createTestApp();
    const headers = fresh.owner.headers;
    await fresh.platform.db.deleteFrom('organizations').execute();
    await Promise.all(Array.from({ length: 8 }, () => fresh.router.inject({ url: '/api/v1/users/me', headers })));
    const organizations = await fresh.platform.db.selectFrom('organizations').selectAll().execute();
    expect(organizations).toMatchObject([{ name: 'Personal' }]);
    const facts = await fresh.platform.db
      .selectFrom('events')
      .select('type')
      .where('org_id', '=', organizations[0]?.id ?? '')
      .where('subject_kind', '=', 'organization')
      .execute();
    expect(facts).toEqual([{ type: 'organization.created' }]);
    await fresh.close();
  });

  it('refuses after twenty failures from one address, even the right token', async () => {
    const limited = await createTestApp();
    const call = (authorization: string) =>
      limited.router.inject({ url: '/api/v1/users/me', headers: { authorization } });
    for (let i = 0; i < 20; i++) expect((await call('Bearer wrong')).statusCode).toBe(401);
    const refused = await call(limited.owner.headers.authorization);
    expect(refused.statusCode).toBe(429);
    expect(refused.json().code).toBe('rate_limit.exceeded');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await limited.close();
  });
});

describe('console session', () => {
  it('exchanges the token for a cookie that scripts cannot read and other sites do not send', async () => {
    const { answer, cookie } = await signIn();
    expect(answer.statusCode).toBe(204);
    expect(answer.cookies[0]).toMatchObject({ name: 'mc_session', httpOnly: true, sameSite: 'Strict', path: '/' });
    const me = await get('/users/me', { cookie });
    expect(me.json().id).toBe(app.owner.userId);
    const facts = await app.platform.db
      .selectFrom('events')
      .select(['actor', 'data'])
      .where('type', '=', 'session.created')
      .execute();
    expect(facts).toEqual([{ actor: { kind: 'user', id: app.owner.userId }, data: { access_token_id: null } }]);
  });

  it('refuses a sign-in from a page of another site', async () => {
    const { answer } = await signIn({ origin: 'https://evil.example' });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().code).toBe('auth.forbidden');
  });

  it('takes writes with the cookie from its own pages only', async () => {
    const { cookie } = await signIn();
    const write = (headers: Record<string, string>) =>
      app.router.inject({
        method: 'PATCH',
        url: '/api/v1/users/me',
        headers: { cookie, ...headers },
        payload: { notes: 'x' },
      });
    expect((await write({})).statusCode).toBe(403);
    expect((await write({ origin: 'https://evil.example' })).statusCode).toBe(403);
    expect((await write({ origin: app.platform.config.baseUrl.replace('localhost', '127.0.0.1') })).statusCode).toBe(
      200,
    );
  });

  it('ends with sign-out', async () => {
    const { cookie } = await signIn();
    await app.router.inject({ method: 'DELETE', url: '/api/v1/auth/session', headers: { cookie, ...ownPage() } });
    expect((await get('/users/me', { cookie })).statusCode).toBe(401);
  });

  it('ends twelve hours after its last use', async () => {
    const { cookie } = await signIn();
    const hash = hashToken(cookie.replace('mc_session=', ''));
    await app.platform.db
      .updateTable('user_sessions')
      .set({ expires_at: new Date(Date.now() - 1) })
      .where('token_hash', '=', hash)
      .execute();
    expect((await get('/users/me', { cookie })).statusCode).toBe(401);
  });

  it('refuses a wrong token', async () => {
    const answer = await app.router.inject({ method: 'POST', url: '/api/v1/auth/session', payload: { token: 'nope' } });
    expect(answer.json()).toMatchObject({ code: 'auth.unauthorized' });
  });
});

describe('service keys', () => {
  const post = (payload: Record<string, unknown>) =>
    app.router.inject({ method: 'POST', url: '/api/v1/service-keys', headers: app.owner.headers, payload });

  it('shows a key once and never again, and stores its hash only', async () => {
    const created = (await post({ name: 'ci', scopes: ['enroll', 'read'] })).json();
    expect(created.key).toMatch(/^mcs_[A-Za-z0-9_-]{43}$/);
    const listed = await get('/service-keys', app.owner.headers);
    expect(listed.body).not.toContain(created.key);
    expect(listed.json().items.map(({ id }: { id: string }) => id)).toContain(created.id);
    const events = await app.platform.db
      .selectFrom('events')
      .select(['type', 'data'])
      .where('subject_id', '=', created.id)
      .execute();
    expect(events).toMatchObject([{ type: 'service_key.created', data: { name: 'ci' } }]);
    expect(JSON.stringify(events)).not.toContain(created.key);
  });

  it('pages through the list', async () => {
    for (let i = 0; i < 3; i++) await makeServiceKey(app);
    const first = (await get('/service-keys?limit=2', app.owner.headers)).json();
    const second = (await get(`/service-keys?limit=2&cursor=${first.next_cursor}`, app.owner.headers)).json();
    const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(4);
    expect((await get('/service-keys?cursor=bogus', app.owner.headers)).json().code).toBe('request.invalid');
  });

  it('opens only what its scopes allow', async () => {
    const authorization = `Bearer ${await makeServiceKey(app, { scopes: ['read'] })}`;
    expect((await get('/agents?origin=all', { authorization })).statusCode).toBe(200);
    const denied = await get('/service-keys', { authorization });
    expect(denied.statusCode).toBe(403);
    expect(denied.json().code).toBe('service_key.scope');
  });

  it('is refused when expired, revoked or unknown, each with its code', async () => {
    const call = (key: string) => get('/agents', { authorization: `Bearer ${key}` });
    const expired = await makeServiceKey(app, { scopes: ['read'], expires_at: '2020-01-01T00:00:00Z' });
    expect((await call(expired)).json().code).toBe('service_key.expired');
    const created = (await post({ name: 'gone', scopes: ['read'] })).json();
    const url = `/api/v1/service-keys/${created.id}`;
    expect((await app.router.inject({ method: 'DELETE', url, headers: app.owner.headers })).statusCode).toBe(204);
    expect((await call(created.key)).json().code).toBe('service_key.invalid');
    expect((await app.router.inject({ method: 'DELETE', url, headers: app.owner.headers })).json().code).toBe(
      'service_key.not_found',
    );
  });

  it('of another organization cannot be seen or revoked', async () => {
    const orgId = await makeOrganization(app);
    const id = newId();
    await app.platform.db
      .insertInto('service_keys')
      .values({ id, org_id: orgId, name: 'theirs', prefix: 'mcs_x', token_hash: hashToken(id), scopes: ['read'] })
      .execute();
    expect((await get('/service-keys', app.owner.headers)).body).not.toContain(id);
    const url = `/api/v1/service-keys/${id}`;
    expect((await app.router.inject({ method: 'DELETE', url, headers: app.owner.headers })).statusCode).toBe(404);
  });
});

describe('hostile requests', () => {
  const post = (payload: string) =>
    app.router.inject({
      method: 'POST',
      url: '/api/v1/service-keys',
      headers: { ...app.owner.headers, 'content-type': 'application/json' },
      payload,
    });

  it.each([
    ['broken JSON', '{"name":'],
    ['a NUL character', '{"name":"a\\u0000b"}'],
    ['half a surrogate pair', '{"name":"a\\ud800b"}'],
    ['a number that is none', '{"name":"a","x":1e400}'],
    ['JSON 10,000 levels deep', `{"name":"a","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['a wrong type', '{"name":7}'],
    ['a missing body', ''],
    ['a prototype key', '{"__proto__":{"name":"x"},"name":7}'],
  ])('224, 225: answers %s with 422 request.invalid', async (_what, payload) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(422);
    expect(answer.json().code).toBe('request.invalid');
  });

  it('answers a malformed id, a NUL in the address and an unknown path without a 500', async () => {
    expect((await get('/agents/not-a-uuid', app.owner.headers)).statusCode).toBe(422);
    expect((await get('/agents?q=%00', app.owner.headers)).statusCode).toBe(422);
    expect((await get('/nowhere')).json()).toMatchObject({ code: 'route.not_found' });
  });

  it('carries security headers and keeps a sane request id', async () => {
    const answer = await get('/users/me', { ...app.owner.headers, 'x-request-id': 'abc-1' });
    expect(answer.headers).toMatchObject({
      'x-request-id': 'abc-1',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
    expect((await get('/users/me', { 'x-request-id': 'a b\u00e9' })).headers['x-request-id']).not.toContain(' ');
  });

  it('223: every error has a detail, a code and the id of its request', async () => {
    const token = app.owner.headers;
    const errors = [
      await get('/users/me'),
      await get('/nowhere', token),
      await get('/agents/not-a-uuid', token),
      await get(`/organizations/me/members/${newId()}`, token),
      await post('{'),
    ];
    expect(errors.map(({ statusCode }) => statusCode)).toEqual([401, 404, 422, 404, 422]);
    for (const answer of errors) {
      expect(answer.json()).toMatchObject({
        code: expect.stringMatching(/^[a-z_]+\.[a-z_]+$/),
        detail: expect.anything(),
      });
      expect(answer.json().request_id).toBe(answer.headers['x-request-id']);
    }
    const named = await get('/users/me', { 'x-request-id': ' mine-1 ' });
    expect([named.headers['x-request-id'], named.json().request_id]).toEqual(['mine-1', 'mine-1']);
    for (const id of ['', '   ', 'x'.repeat(129)]) {
      const { headers } = await get('/users/me', { 'x-request-id': id });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('224: binary and huge bodies, and those of other types, are 4xx', async () => {
    const send = (type: string, payload: string | Buffer) =>
      app.router.inject({
        method: 'POST',
        url: '/api/v1/service-keys',
        headers: { ...app.owner.headers, 'content-type': type },
        payload,
      });
    const binary = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const answers = [
      await send('application/json', binary),
      await send('application/octet-stream', binary),
      await send('text/plain', 'name=x'),
      await send('multipart/form-data; boundary=x', '--x--'),
      await send('application/json', `{"name":"${'x'.repeat(2 << 20)}"}`),
      await send('application/json', `[${'1,'.repeat(400_000)}1]`),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([422, 415, 415, 415, 413, 422]);
  });

  it('225: an unknown field is ignored, and a wrong type is 422 with its location', async () => {
    const known = await post('{"name":"a","scopes":["read"],"colour":"red"}');
    expect(known.statusCode).toBe(201);
    expect(known.json()).not.toHaveProperty('colour');
    const wrong = await post('{"name":"a","scopes":["read","root"]}');
    expect(wrong.json()).toMatchObject({
      code: 'request.invalid',
      detail: [{ loc: ['body', 'scopes', '1'], msg: expect.any(String), type: expect.any(String) }],
    });
  });

  it('233: answers carry instants with Z', async () => {
    const texts = [
      (await get('/organizations/me', app.owner.headers)).body,
      (await get('/organizations/me/members', app.owner.headers)).body,
      (await get('/service-keys', app.owner.headers)).body,
    ];
    const instants = texts.join().match(/"\d{4}-\d\d-\d\dT[^"]*"/g) ?? [];
    expect(instants.length).toBeGreaterThan(6);
    for (const instant of instants) expect(instant).toMatch(/^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"$/);
  });
});

describe('the actor of a change', () => {
  it('217: is the person who wrote, in facts and in the readable history', async () => {
    const { orgId } = app.owner;
    const admin = await makeMember(app, orgId, { role: 'admin', all_boards_write: true });
    const other = await makeMember(app, orgId);
    const boardId = await makeBoard(app, orgId);
    const write = async (method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, payload: object = {}) => {
      const answer = await app.router.inject({ method, url: `/api/v1${url}`, headers: admin.headers, payload });
      expect(answer.statusCode, `${method} ${url} ${answer.body}`).toBeLessThan(300);
      return answer.statusCode === 204 ? undefined : answer.json();
    };
    const me = '/organizations/me';
    const invite = await write('POST', `${me}/invites`, { invited_email: 'someone@example.com' });
    await write('POST', `${me}/invites/${invite.id}/reissue`);
    await write('DELETE', `${me}/invites/${invite.id}`);
    await write('PATCH', `${me}/members/${other.memberId}`, { role: 'admin' });
    await write('PUT', `${me}/members/${other.memberId}/access`, { board_access: [{ board_id: boardId }] });
    await write('DELETE', `${me}/members/${other.memberId}`);
    const token = await write('POST', '/users/me/tokens', { name: 'x' });
    await write('DELETE', `/users/me/tokens/${token.id}`);
    const tag = await write('POST', '/tags', { name: 'Tag' });
    await write('DELETE', `/tags/${tag.id}`);
    await write('PATCH', `/boards/${boardId}`, { name: 'Renamed' });
    const task = await write('POST', `/boards/${boardId}/tasks`, { title: 'Task' });
    await write('POST', `/boards/${boardId}/tasks/${task.id}/comments`, { message: 'Done soon.' });
    await write('PATCH', `/boards/${boardId}/tasks/${task.id}`, { status: 'in_progress' });
    await write('POST', `/boards/${boardId}/memory`, { content: 'Remember.' });
    const { db } = app.platform;
    const facts = await db
      .selectFrom('events')
      .select(['type', 'actor', 'subject_id'])
      .where('org_id', '=', orgId)
      .execute();
    const byAdmin = facts.filter(({ actor }) => (actor as { id: string }).id === admin.userId);
    expect(new Set(byAdmin.map(({ actor }) => (actor as { kind: string }).kind))).toEqual(new Set(['user']));
    const types = new Set(byAdmin.map(({ type }) => type));
    for (const type of [
      ...['invite.created', 'invite.reissued', 'invite.deleted', 'member.updated', 'member.removed', 'token.revoked'],
      ...['token.created', 'tag.created', 'tag.deleted', 'board.updated', 'task.created', 'task.comment'],
      ...['task.status_changed', 'memory.created'],
    ])
      expect(types, type).toContain(type);
    // Nothing that these writes were about was done by anybody else.
    const written = [invite.id, other.memberId, token.id, tag.id, boardId, task.id];
    for (const { subject_id, actor } of facts)
      if (written.includes(subject_id)) expect(actor).toEqual({ kind: 'user', id: admin.userId });
    const lines = await db
      .selectFrom('activity_events')
      .select(['event_type', 'user_id'])
      .where('user_id', '=', admin.userId)
      .execute();
    for (const type of ['invite.created', 'member.removed', 'token.created', 'task.created', 'task.comment'])
      expect(lines.map(({ event_type }) => event_type)).toContain(type);
  });
});
