import { expect, it } from 'vitest';
import { ConfigError, loadConfig } from './config.ts';

/** What a start with these variables says; every sentence on a line. */
function refusal(env: Record<string, string>): string {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('The variables were accepted.');
}

it('starts on nothing, with the documented defaults', () => {
  expect(loadConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 8000,
    environment: 'dev',
    baseUrl: 'http://localhost:8000',
    authMode: 'local',
    databaseUrl: undefined,
    dbAutoMigrate: true,
    eventRetentionHours: 72,
    rateLimits: { agent: 240, user: 600, failedAuth: 20 },
    logLevel: 'info',
    logFormat: 'text',
    requestLogSlowMs: 1000,
    requestLogIncludeHealth: false,
    ignoredNames: [],
  });
});

it('234: makes the data folder absolute and cuts slashes from the end of the base address', () => {
  const config = loadConfig({ MC_DATA_DIR: '/srv/../srv/mc', BASE_URL: 'https://mc.example.com//', PORT: '9000' });
  expect(config.dataDir).toBe('/srv/mc');
  expect(config.baseUrl).toBe('https://mc.example.com');
});

it('takes an empty variable for an absent one', () => {
  expect(loadConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 8000, databaseUrl: undefined });
});

it('switches a security header off by an empty variable', () => {
  expect(loadConfig({ SECURITY_HEADER_X_FRAME_OPTIONS: '' }).securityHeaders).toEqual({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
  });
});

it('drops invalid proxies without a word and keeps the others', () => {
  const TRUSTED_PROXIES = '10.0.0.1, 10.0.0.0/8, ::1/128, 10.0.0.0/33, nonsense, 1.2.3.4/8/8';
  expect(loadConfig({ TRUSTED_PROXIES }).trustedProxies).toEqual(['10.0.0.1', '10.0.0.0/8', '::1/128']);
});

it('reduces allowed origins to their origin', () => {
  const CORS_ORIGINS = 'https://a.example/, http://localhost:3000';
  expect(loadConfig({ CORS_ORIGINS }).corsOrigins).toEqual(['https://a.example', 'http://localhost:3000']);
});

it.each([
  [{ PORT: '80a' }, 'PORT must be a whole number from 0 to 65535, not "80a".'],
  [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535, not "65536".'],
  [{ LOG_FORMAT: 'xml' }, 'LOG_FORMAT must be one of text, json, not "xml".'],
  [{ DB_AUTO_MIGRATE: 'maybe' }, 'DB_AUTO_MIGRATE must be true or false, not "maybe".'],
  [{ AUTH_MODE: 'password' }, 'AUTH_MODE must be one of local, oidc, clerk, not "password".'],
  [{ AUTH_MODE: 'oidc' }, 'OIDC_ISSUER must be set when AUTH_MODE is oidc.'],
  [{ AUTH_MODE: 'clerk' }, 'CLERK_SECRET_KEY must be set when AUTH_MODE is clerk.'],
  [{ OIDC_CLIENT_ID: 'console' }, 'OIDC_ISSUER must be set when OIDC_CLIENT_ID is.'],
  [{ OIDC_CLIENT_SECRET: 'x' }, 'OIDC_CLIENT_ID must be set when OIDC_CLIENT_SECRET is.'],
  [
    { OIDC_ISSUER: 'http://login.example' },
    'OIDC_ISSUER must be the https address of the identity provider (http on loopback only), not "http://login.example".',
  ],
  [
    { BASE_URL: 'localhost:8000' },
    'BASE_URL must be an absolute http or https address such as https://control.example.com, not "localhost:8000".',
  ],
  [
    { BASE_URL: 'ws://control.example.com' },
    'BASE_URL must be an absolute http or https address such as https://control.example.com, not "ws://control.example.com".',
  ],
])('234: refuses %j with one sentence', (env, sentence) => {
  expect(refusal(env)).toBe(sentence);
});

it('names every wrong variable at once', () => {
  expect(refusal({ PORT: 'x', LOG_LEVEL: 'loud' }).split('\n')).toHaveLength(2);
});

it.each(['DATABASE_URL', 'LOCAL_AUTH_TOKEN', 'MC_SECRET_KEY', 'MC_SECRET_KEY_PREVIOUS'])(
  'never repeats the value of %s',
  (name) => {
    const said = refusal({ [name]: 'hunter2' });
    expect(said).toMatch(new RegExp(`^${name} must be `));
    expect(said).not.toContain('hunter2');
  },
);

it('refuses a local token under 50 characters, as every placeholder is', () => {
  expect(refusal({ LOCAL_AUTH_TOKEN: 'replace-with-strong-random-token' })).toContain('at least 50 visible ASCII');
  expect(loadConfig({ LOCAL_AUTH_TOKEN: 'x'.repeat(50) }).localAuthToken).toHaveLength(50);
});

it('names the variable that a misspelled one of ours may have meant', () => {
  expect(refusal({ MC_DATADIR: '/srv' })).toBe(
    'MC_DATADIR is not a variable of Mission Control; did you mean MC_DATA_DIR?',
  );
  expect(refusal({ RATE_LIMIT_SOMETHING_ELSE: '1' })).toBe(
    'RATE_LIMIT_SOMETHING_ELSE is not a variable of Mission Control.',
  );
});

it('leaves the variables of the SDK, of a later version and of others alone', () => {
  expect(() =>
    loadConfig({ MC_URL: 'http://x', MC_MIRROR_DIR: '/m', MC_SID: '42', HOME: '/', npm_x: '1' }),
  ).not.toThrow();
});

it('accepts names of the base implementation that have no use here, and remembers them', () => {
  expect(loadConfig({ RQ_REDIS_URL: 'redis://x', RATE_LIMIT_BACKEND: 'redis' }).ignoredNames).toEqual([
    'RQ_REDIS_URL',
    'RATE_LIMIT_BACKEND',
  ]);
});
