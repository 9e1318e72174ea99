import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { startIssuer, type TestIssuer } from '../../../test/oidc/issuer.ts';

const MINUTE_MS = 60_000;

let at = Date.now();
let issuer: TestIssuer;
let app: TestApp;
beforeAll(async () => {
  issuer = await startIssuer(() => at);
  app = await createTestApp({
    now: () => new Date(at),
    env: { AUTH_MODE: 'oidc', OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: 'api', RATE_LIMIT_FAILED_AUTH: '1000' },
  });
});
afterAll(async () => {
  await app.close();
  issuer.close();
});

const me = (token: string) =>
  app.router.inject({ url: '/api/v1/users/me', headers: { authorization: `Bearer ${token}` } });
const statusOf = async (token: string) => (await me(token)).statusCode;
const seconds = () => Math.floor(at / 1000);
const rowOf = (subject: string) =>
  app.platform.db.selectFrom('users').selectAll().where('clerk_user_id', '=', subject).executeTakeFirstOrThrow();

describe('a token of the identity provider', () => {
  it('2: is good by its signature, issuer, audience and times, and names its subject', async () => {
    for (const alg of ['RS256', 'ES256', 'EdDSA'] as const) {
      const sign = await issuer.addKey({ alg });
      at += MINUTE_MS;
      const answer = await me(await sign({ aud: ['other', 'api'], sub: `person of ${alg}` }));
      expect(answer.json(), alg).toMatchObject({ clerk_user_id: `person of ${alg}` });
    }
    const sign = await issuer.addKey();
    at += MINUTE_MS;
    expect(await statusOf(await sign({ aud: 'api', iss: `${issuer.url}/` }))).toBe(200);
  });

  it('2: is refused when expired, early, of another issuer or audience, or without what it must say', async () => {
    const sign = await issuer.addKey();
    at += MINUTE_MS;
    const wrong = {
      expired: { exp: seconds() - 11 },
      'not valid yet': { nbf: seconds() + 11 },
      'from the future': { iat: seconds() + 11 },
      'of another issuer': { iss: 'https://evil.example' },
      'of another audience': { aud: 'other' },
      'without audience': { aud: undefined },
      'without expiry': { exp: undefined },
      'without subject': { sub: undefined },
      'with an empty subject': { sub: '' },
      'with a long subject': { sub: 'x'.repeat(256) },
      'with a NUL in its subject': { sub: 'a\0b' },
    };
    for (const [what, claims] of Object.entries(wrong)) {
      const answer = await me(await sign({ aud: 'api', ...claims }));
      expect([answer.statusCode, answer.json().code], what).toEqual([401, 'auth.unauthorized']);
    }
    const skewed = { exp: seconds() - 9, nbf: seconds() + 9, iat: seconds() + 9 };
    expect(await statusOf(await sign({ aud: 'api', ...skewed }))).toBe(200);
  });

  it('2: is refused without a signature, signed with a shared secret, by an unknown key, or changed', async () => {
    const sign = await issuer.addKey();
    at += MINUTE_MS;
    const claims = { iss: issuer.url, sub: 'alice', aud: 'api', exp: seconds() + 300 };
    const good = await sign({ aud: 'api' });
    expect(await statusOf(good)).toBe(200);
    const [header, , signature] = good.split('.');
    const stranger = await (await startIssuer(() => at)).addKey();
    const tokens = [
      new UnsecuredJWT(claims).encode(),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32)),
      await (await issuer.addKey({ isHidden: true }))({ aud: 'api' }),
      await stranger({ aud: 'api', iss: issuer.url }),
      `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url')}.${signature}`,
      `${good}x`,
      'a.b.c',
      'nonsense',
    ];
    for (const token of tokens) expect(await statusOf(token), token).toBe(401);
  });

  it('stops when it expires, although it was believed before', async () => {
    const sign = await issuer.addKey();
    at += MINUTE_MS;
    const token = await sign({ aud: 'api', exp: seconds() + 60 });
    expect(await statusOf(token)).toBe(200);
    at += 69_000;
    expect(await statusOf(token)).toBe(200);
    at += 2_000;
    expect(await statusOf(token)).toBe(401);
  });

  it('3: with an unknown key makes the key set be read once, and not again within a minute', async () => {
    at += 10 * MINUTE_MS;
    const known = await issuer.addKey();
    await statusOf(await known({ aud: 'api' }));
    const before = issuer.keyReads();
    const rotated = await issuer.addKey();
    expect(await statusOf(await rotated({ aud: 'api' }))).toBe(200);
    expect(issuer.keyReads()).toBe(before + 1);
    const late = await issuer.addKey();
    for (let i = 0; i < 3; i++) expect(await statusOf(await late({ aud: 'api', jti: `${i}` }))).toBe(401);
    expect(issuer.keyReads()).toBe(before + 1);
    at += MINUTE_MS;
    const answers = await Promise.all(
      [1, 2, 3].map(async (i) => statusOf(await late({ aud: 'api', jti: `again ${i}` }))),
    );
    expect(answers).toEqual([200, 200, 200]);
    expect(issuer.keyReads()).toBe(before + 2);
  });

  it('finds its key in a set that is kept for ten minutes', async () => {
    at += 10 * MINUTE_MS;
    const sign = await issuer.addKey();
    await statusOf(await sign({ aud: 'api' }));
    const before = issuer.keyReads();
    at += 9 * MINUTE_MS;
    await statusOf(await sign({ aud: 'api' }));
    expect(issuer.keyReads()).toBe(before);
    at += MINUTE_MS;
    await statusOf(await sign({ aud: 'api' }));
    expect(issuer.keyReads()).toBe(before + 1);
  });

  it('leaves the answer open while the provider is away', async () => {
    const gone = await startIssuer();
    const sign = await gone.addKey();
    const lonely = await createTestApp({ env: { AUTH_MODE: 'oidc', OIDC_ISSUER: gone.url } });
    gone.close();
    const answer = await lonely.router.inject({
      url: '/api/v1/users/me',
      headers: { authorization: `Bearer ${await sign()}` },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'service.unavailable']);
    await lonely.close();
  });
});

describe('a profile', () => {
  it('5: updates the e-mail and a missing name, and writes nothing when nothing changed', async () => {
    const sign = await issuer.addKey();
    at += MINUTE_MS;
    const claims = { aud: 'api', sub: 'pia', email: 'pia@old.example', email_verified: true };
    await me(await sign(claims));
    const first = await rowOf('pia');
    expect(first).toMatchObject({ email: 'pia@old.example', email_verified: true, name: null });
    at += MINUTE_MS;
    await me(await sign({ ...claims, jti: 'same' }));
    expect(await rowOf('pia')).toEqual(first);
    await me(await sign({ ...claims, email: 'pia@new.example', email_verified: false, name: 'Pia' }));
    expect(await rowOf('pia')).toMatchObject({ email: 'pia@new.example', email_verified: false, name: 'Pia' });
    await me(await sign({ ...claims, email: 'pia@new.example', name: 'Another' }));
    expect(await rowOf('pia')).toMatchObject({ email_verified: true, name: 'Pia' });
  });

  it('18: with an e-mail that the provider does not vouch for takes no invite', async () => {
    const sign = await issuer.addKey();
    at += MINUTE_MS;
    for (const [sub, verified] of [
      ['uma', { email_verified: false }],
      ['una', {}],
    ] as const) {
      const email = `${sub}@example.com`;
      await app.router.inject({
        method: 'POST',
        url: '/api/v1/organizations/me/invites',
        headers: app.owner.headers,
        payload: { invited_email: email },
      });
      const headers = { authorization: `Bearer ${await sign({ aud: 'api', sub, email, ...verified })}` };
      const organization = await app.router.inject({ url: '/api/v1/organizations/me', headers });
      expect(organization.json().id, sub).not.toBe(app.owner.orgId);
    }
  });
});
