import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { CONSOLE_CLIENT, startProvider, type TestProvider } from '../../../test/oidc/provider.ts';

const BASE_URL = 'http://localhost:8123';
const SESSION_S = 12 * 3600;

let provider: TestProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startProvider(`${BASE_URL}/api/v1/auth/callback`);
  app = await createTestApp({
    env: {
      BASE_URL,
      AUTH_MODE: 'oidc',
      OIDC_ISSUER: provider.issuer,
      OIDC_AUDIENCE: CONSOLE_CLIENT.client_id,
      OIDC_CLIENT_ID: CONSOLE_CLIENT.client_id,
      OIDC_CLIENT_SECRET: CONSOLE_CLIENT.client_secret,
    },
  });
});
afterAll(async () => {
  await app.close();
  provider.close();
});

const get = (url: string, cookie = '') => app.router.inject({ url, headers: { cookie } });
const begin = (returnTo?: string) =>
  get(`/api/v1/auth/login${returnTo === undefined ? '' : `?return_to=${encodeURIComponent(returnTo)}`}`);
const cookieOf = (answer: Awaited<ReturnType<typeof get>>, name: string) => {
  const cookie = answer.cookies.find((one) => one.name === name);
  return cookie && `${name}=${cookie.value}`;
};

/** Begins in the console, signs in at the provider, and comes back. */
async function signIn(login: string, returnTo?: string) {
  const begun = await begin(returnTo);
  const back = await provider.browse(String(begun.headers.location), login);
  const pending = cookieOf(begun, 'mc_login');
  return { begun, back, pending, ended: await get(`${back.pathname}${back.search}`, pending) };
}

describe('signing in at the identity provider', () => {
  it('sends the browser there with PKCE, a state and a nonce, and binds them to it', async () => {
    const begun = await begin();
    expect(begun.statusCode).toBe(302);
    const url = new URL(String(begun.headers.location));
    expect(url.origin).toBe(provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'console',
      redirect_uri: `${BASE_URL}/api/v1/auth/callback`,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(begun.cookies).toMatchObject([
      { name: 'mc_login', httpOnly: true, sameSite: 'Lax', path: '/api/v1/auth/callback', maxAge: 600 },
    ]);
    const bound = Buffer.from(begun.cookies[0]?.value ?? '', 'base64url').toString('latin1');
    for (const name of ['state', 'nonce']) expect(bound).not.toContain(url.searchParams.get(name));
  });

  it('ends in a session of the person, at the page that they wanted', async () => {
    const { ended } = await signIn('alice', '/boards?status=open#top');
    expect([ended.statusCode, ended.headers.location]).toEqual([302, '/boards?status=open#top']);
    expect(ended.cookies).toEqual([
      expect.objectContaining({ name: 'mc_login', value: '' }),
      expect.objectContaining({ name: 'mc_session', httpOnly: true, sameSite: 'Strict', path: '/', maxAge: SESSION_S }),
    ]);
    const me = await get('/api/v1/users/me', cookieOf(ended, 'mc_session'));
    expect(me.json()).toMatchObject({ clerk_user_id: 'alice', email: 'alice@example.com', name: 'Ms alice' });
    const { ended: again } = await signIn('alice');
    const known = await get('/api/v1/users/me', cookieOf(again, 'mc_session'));
    expect(known.json().id).toBe(me.json().id);
  });

  it('17: makes a person with a pending invite of the verified e-mail a member', async () => {
    await app.router.inject({
      method: 'POST',
      url: '/api/v1/organizations/me/invites',
      headers: app.owner.headers,
      payload: { invited_email: 'Ivy@Example.com', role: 'admin' },
    });
    const { ended } = await signIn('ivy');
    const member = await get('/api/v1/organizations/me/member', cookieOf(ended, 'mc_session'));
    expect(member.json()).toMatchObject({ organization_id: app.owner.orgId, role: 'admin' });
  });

  it('returns to pages of the console only', async () => {
    for (const page of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/\t/evil.example',
    ]) {
      const { ended } = await signIn('alice', page);
      expect(ended.headers.location, page).toBe('/');
    }
  });

  it('is refused in another browser, with another state, a second time and without a code', async () => {
    const { back, pending } = await signIn('alice');
    const other = await signIn('alice');
    const swapped = new URL(back);
    swapped.searchParams.set('state', other.back.searchParams.get('state') ?? '');
    const denied = `${back.pathname}?error=access_denied&state=${(await signIn('alice')).back.searchParams.get('state')}`;
    const attempts: [string, string | undefined][] = [
      [`${other.back.pathname}${other.back.search}`, undefined],
      [`${other.back.pathname}${other.back.search}`, pending],
      [`${other.back.pathname}${other.back.search}`, 'mc_login=forged'],
      [`${swapped.pathname}${swapped.search}`, pending],
      [`${back.pathname}${back.search}`, pending],
      [denied, pending],
      [back.pathname, pending],
    ];
    for (const [url, cookie] of attempts) {
      const answer = await get(url, cookie);
      expect([answer.statusCode, answer.headers.location]).toEqual([302, '/sign-in?error=auth.unauthorized']);
      expect(cookieOf(answer, 'mc_session')).toBeUndefined();
    }
  });

  it('2: takes a token that the provider signed as a credential, and in exchange for a session', async () => {
    const begun = await begin();
    const asked = new URL(String(begun.headers.location));
    const verifier = 'v'.repeat(43);
    asked.searchParams.set('code_challenge', await challengeOf(verifier));
    const back = await provider.browse(asked.href, 'bob');
    const answer = await fetch(`${provider.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        ...CONSOLE_CLIENT,
        grant_type: 'authorization_code',
        code: back.searchParams.get('code') ?? '',
        redirect_uri: `${BASE_URL}/api/v1/auth/callback`,
        code_verifier: verifier,
      }),
    });
    const { id_token } = (await answer.json()) as { id_token: string };
    const call = (headers: Record<string, string>) => app.router.inject({ url: '/api/v1/users/me', headers });
    expect((await call({ authorization: `Bearer ${id_token}` })).json().clerk_user_id).toBe('bob');
    const session = await app.router.inject({
      method: 'POST',
      url: '/api/v1/auth/session',
      headers: { origin: BASE_URL },
      payload: { token: id_token },
    });
    expect(session.statusCode).toBe(204);
    expect((await call({ cookie: `mc_session=${session.cookies[0]?.value}` })).json().clerk_user_id).toBe('bob');
  });
});

const challengeOf = async (verifier: string) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))).toString('base64url');

describe('the mode of a deployment', () => {
  it('is told to who is not signed in', async () => {
    expect((await get('/api/v1/auth/mode')).json()).toEqual({ mode: 'oidc', login: true });
  });

  it('without a client has no login', async () => {
    const local = await createTestApp();
    const from = (url: string) => local.router.inject({ url: `/api/v1${url}` });
    expect((await from('/auth/mode')).json()).toEqual({ mode: 'local', login: false });
    for (const url of ['/auth/login', '/auth/callback?code=x'])
      expect((await from(url)).json()).toMatchObject({ code: 'route.not_found' });
    await local.close();
  });

  it('says so when the provider is away', async () => {
    const env = { AUTH_MODE: 'oidc', OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_CLIENT_ID: 'console' };
    const lonely = await createTestApp({ env });
    const answer = await lonely.router.inject({ url: '/api/v1/auth/login' });
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'service.unavailable']);
    await lonely.close();
  });
});
