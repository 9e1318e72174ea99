import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { startIssuer, type TestIssuer } from '../../../test/oidc/issuer.ts';
import { listen } from '../../../test/oidc/provider.ts';

let at = Date.now();
let issuer: TestIssuer;
let clerk: Awaited<ReturnType<typeof listen>>;
let app: TestApp;
let record: object | undefined;
const calls: string[] = [];
beforeAll(async () => {
  issuer = await startIssuer(() => at);
  clerk = await listen(async ({ url, headers }, response) => {
    calls.push(`${url} ${headers.authorization}`);
    if (url === '/v1/jwks') return void response.end(await (await fetch(`${issuer.url}/keys`)).text());
    response.writeHead(record ? 200 : 500).end(JSON.stringify(record ?? {}));
  });
  app = await createTestApp({
    now: () => new Date(at),
    env: { AUTH_MODE: 'clerk', CLERK_SECRET_KEY: 'sk_test', CLERK_API_URL: clerk.url, CLERK_LEEWAY: '30' },
  });
});
beforeEach(() => {
  calls.length = 0;
});
afterAll(async () => {
  await app.close();
  issuer.close();
  clerk.close();
});

const me = async (token: string) =>
  (await app.router.inject({ url: '/api/v1/users/me', headers: { authorization: `Bearer ${token}` } })).json();
const verified = { verification: { status: 'verified' } };

it('6: takes the key set of the secret key’s instance, and its primary e-mail before all others', async () => {
  const sign = await issuer.addKey({ alg: 'RS256' });
  record = {
    first_name: 'Cleo',
    last_name: 'Clerk',
    primary_email_address_id: 'two',
    email_addresses: [
      { id: 'one', email_address: 'one@x.io', ...verified },
      { id: 'two', email_address: 'two@x.io', ...verified },
    ],
  };
  const user = await me(await sign({ sub: 'user_1', email: 'claimed@x.io' }));
  expect(user).toMatchObject({ clerk_user_id: 'user_1', email: 'two@x.io', name: 'Cleo Clerk' });
  expect(calls).toEqual(['/v1/jwks Bearer sk_test', '/v1/users/user_1 Bearer sk_test']);
  const row = await app.platform.db
    .selectFrom('users')
    .select('email_verified')
    .where('id', '=', user.id)
    .executeTakeFirst();
  expect(row).toEqual({ email_verified: true });
});

it('6: asks for the record of a new or incomplete person only, once for each token', async () => {
  const sign = await issuer.addKey({ alg: 'RS256' });
  at += 60_000;
  await me(await sign({ sub: 'user_1' }));
  expect(calls.filter((call) => call.startsWith('/v1/users/'))).toEqual([]);
  record = { email_addresses: [] };
  const token = await sign({ sub: 'user_2', email: 'second@x.io' });
  for (let i = 0; i < 3; i++) expect(await me(token)).toMatchObject({ email: 'second@x.io', name: null });
  expect(calls.filter((call) => call.startsWith('/v1/users/user_2'))).toHaveLength(1);
  record = { full_name: 'Later Known' };
  expect(await me(await sign({ sub: 'user_2', jti: 'next' }))).toMatchObject({ name: 'Later Known' });
});

it('6: signs in without the record when it cannot be had', async () => {
  const sign = await issuer.addKey({ alg: 'RS256' });
  at += 60_000;
  record = undefined;
  expect(await me(await sign({ sub: 'user_3', email: 'third@x.io' }))).toMatchObject({ email: 'third@x.io' });
});

it('2: holds tokens against the leeway of the configuration', async () => {
  const sign = await issuer.addKey({ alg: 'RS256' });
  at += 60_000;
  const seconds = Math.floor(at / 1000);
  expect(await me(await sign({ sub: 'user_1', exp: seconds - 29 }))).toMatchObject({ clerk_user_id: 'user_1' });
  expect(await me(await sign({ sub: 'user_1', exp: seconds - 31 }))).toMatchObject({ code: 'auth.unauthorized' });
});
