import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken, newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../test/app.ts';
import { makeOrganization, makeServiceKey } from '../../test/make.ts';

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
  it('refuses a caller without a token and one with a wrong token', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }] as Record<string, string>[]) {
      const answer = await get('/users/me', headers);
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ code: 'auth.unauthorized', request_id: expect.any(String) });
    }
  });

  it('is the local user', async () => {
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
    expect((await get('/users/me', { cookie })).statusCode).toBe(200);
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
  ])('answers %s with 422 request.invalid', async (_what, payload) => {
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
});
