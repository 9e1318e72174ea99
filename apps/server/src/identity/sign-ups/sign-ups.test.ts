import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeMember, makeOrganization } from '../../../test/make.ts';

const DAY_MS = 86_400_000;

let app: TestApp;
let at = Date.now();
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(at), env: { RATE_LIMIT_FAILED_AUTH: '1000' } });
});
afterAll(() => app.close());

type Headers = Record<string, string>;
const post = (url: string, payload: object, headers: Headers = {}) =>
  app.router.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload });
const get = (url: string, headers: Headers) => app.router.inject({ url: `/api/v1${url}`, headers });
const codeOf = async (answer: ReturnType<typeof post>) => [(await answer).statusCode, (await answer).json().code];

let count = 0;
const invite = async (body: object = {}, headers: Headers = app.owner.headers) =>
  (await post('/organizations/me/invites', { invited_email: `new-${++count}@example.com`, ...body }, headers)).json();
const signUp = (token: string, name = 'Nina New') => post('/auth/accept-invite', { token, name });

describe('signing up by an invite', () => {
  it('makes the user of the invited e-mail a member and shows a token to sign in with, once', async () => {
    const { token, invited_email } = await invite({ role: 'admin', all_boards_read: true });
    const answer = await signUp(token, '  Nina New ');
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ scopes: ['admin'], token: expect.stringMatching(/^mcp_/), expires_at: null });
    const headers = { authorization: `Bearer ${answer.json().token}` };
    const me = (await get('/users/me', headers)).json();
    expect(me).toMatchObject({ email: invited_email, name: 'Nina New', clerk_user_id: `local|${me.id}` });
    expect((await get('/organizations/me/member', headers)).json()).toMatchObject({
      organization_id: app.owner.orgId,
      role: 'admin',
      all_boards_read: true,
    });
    const facts = await app.platform.db
      .selectFrom('events')
      .select(['type', 'org_id'])
      .where(sql<boolean>`actor->>'id' = ${me.id}`)
      .orderBy('id')
      .execute();
    expect(facts.map(({ type }) => type)).toEqual(['member.added', 'invite.accepted', 'token.created']);
    for (const { org_id } of facts) expect(org_id).toBe(app.owner.orgId);
    const session = await post(
      '/auth/session',
      { token: answer.json().token },
      { origin: app.platform.config.baseUrl },
    );
    expect(session.statusCode).toBe(204);
    expect(await codeOf(signUp(token))).toEqual([404, 'invite.not_found']);
  });

  it('works once for parallel calls', async () => {
    const { token } = await invite();
    const answers = await Promise.all([1, 2, 3].map(() => signUp(token)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 404, 404]);
  });

  it('never signs in as a person who is here already, whoever invites them', async () => {
    const mallory = await makeMember(app, await makeOrganization(app), { role: 'owner' });
    const { token } = await invite({ invited_email: 'admin@home.local' }, mallory.headers);
    expect(await codeOf(signUp(token))).toEqual([403, 'invite.email_mismatch']);
    expect(await codeOf(signUp('unknown'))).toEqual([404, 'invite.not_found']);
  });

  it('takes somebody back who was removed, with a new token', async () => {
    const { token, invited_email } = await invite();
    const first = { authorization: `Bearer ${(await signUp(token)).json().token}` };
    const { id, user_id } = (await get('/organizations/me/member', first)).json();
    await app.router.inject({
      method: 'DELETE',
      url: `/api/v1/organizations/me/members/${id}`,
      headers: app.owner.headers,
    });
    expect((await get('/users/me', first)).statusCode).toBe(401);
    const again = await signUp((await invite({ invited_email })).token, 'Other name');
    const second = { authorization: `Bearer ${again.json().token}` };
    expect((await get('/users/me', second)).json()).toMatchObject({ id: user_id, name: 'Nina New' });
  });

  it('is refused for an expired invite and a blank name', async () => {
    const { token } = await invite({ expires_in_days: 1 });
    expect(await codeOf(signUp(token, '  '))).toEqual([422, 'request.invalid']);
    at += DAY_MS;
    expect(await codeOf(signUp(token))).toEqual([410, 'invite.expired']);
  });

  it('is not for deployments with an identity provider', async () => {
    const env = { AUTH_MODE: 'oidc', OIDC_ISSUER: 'https://login.example' };
    const other = await createTestApp({ env });
    const answer = await other.router.inject({
      method: 'POST',
      url: '/api/v1/auth/accept-invite',
      payload: { token: 'x', name: 'x' },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'auth.forbidden']);
    await other.close();
  });
});

describe('looking at an invite', () => {
  const preview = (token: string) => post('/auth/invite-preview', { token });

  it('shows what is offered and whether it still stands', async () => {
    const made = await invite({ role: 'admin', expires_in_days: 1 });
    expect((await preview(made.token)).json()).toEqual({
      organization_name: 'Personal',
      invited_email: made.invited_email,
      role: 'admin',
      expires_at: made.expires_at,
      status: 'pending',
    });
    at += DAY_MS;
    expect((await preview(made.token)).json().status).toBe('expired');
    const used = await invite();
    await signUp(used.token);
    expect((await preview(used.token)).json().status).toBe('accepted');
  });

  it('counts guesses as failed authentication of the address', async () => {
    const limited = await createTestApp({ env: { RATE_LIMIT_FAILED_AUTH: '3' } });
    const guess = () =>
      limited.router.inject({ method: 'POST', url: '/api/v1/auth/invite-preview', payload: { token: 'guess' } });
    for (let i = 0; i < 3; i++) expect((await guess()).json().code).toBe('invite.not_found');
    expect((await guess()).statusCode).toBe(429);
    await limited.close();
  });
});
