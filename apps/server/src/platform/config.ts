import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { findUnknown, isRetired } from './config-names.ts';

/** A variable whose text `parse` turns into a value or refuses; `allowed` ends the sentence "NAME must be …". */
const variable = <T>(allowed: string, parse: (text: string) => T | undefined) =>
  z.string().transform((text, context) => {
    const value = parse(text.trim());
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: allowed });
    return z.NEVER;
  });

const text = variable('text', (value) => value);

const whole = (min: number, max: number) =>
  variable(`a whole number from ${min} to ${max}`, (value) =>
    /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max ? Number(value) : undefined,
  );

const flag = variable('true or false', (value) => FLAGS.get(value.toLowerCase()));
const FLAGS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const oneOf = <const T extends string>(...values: T[]) =>
  variable(`one of ${values.join(', ')}`, (value) => values.find((allowed) => allowed === value.toLowerCase()));

const parseUrl = (value: string, protocols: string[]): URL | undefined =>
  URL.canParse(value) && protocols.includes(new URL(value).protocol) ? new URL(value) : undefined;

const baseUrl = variable('an absolute http or https address such as https://control.example.com', (value) =>
  parseUrl(value, ['http:', 'https:']) ? value.replace(/\/+$/, '') : undefined,
);

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Kept as written: tokens name their issuer with or without a slash at the end. */
const issuer = variable('the https address of the identity provider (http on loopback only)', (value) => {
  const url = parseUrl(value, ['http:', 'https:']);
  return url && (url.protocol === 'https:' || LOOPBACK.has(url.hostname)) ? value : undefined;
});

const databaseUrl = variable('an address such as postgres://user:password@host:5432/name', (value) =>
  parseUrl(value, ['postgres:', 'postgresql:']) ? value : undefined,
);

const parseList = (value: string): string[] =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

const origins = variable('a comma-separated list of origins such as https://console.example.com', (value) => {
  const list = parseList(value).map((entry) => parseUrl(entry, ['http:', 'https:'])?.origin);
  return list.every((origin) => origin !== undefined) ? list : undefined;
});

function isAddressRange(entry: string): boolean {
  const [address = '', bits = '0', ...rest] = entry.split('/');
  const width = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= width;
}

/** Invalid entries are dropped without a word: the contract of the base implementation. */
const addressRanges = variable('a comma-separated list of IP addresses and CIDR ranges', (value) =>
  parseList(value).filter(isAddressRange),
);

const MIN_TOKEN_LENGTH = 50;
const token = variable(
  `at least ${MIN_TOKEN_LENGTH} visible ASCII characters, best made at random (openssl rand -hex 32)`,
  (value) => (value.length >= MIN_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(value) ? value : undefined),
);

const secretKey = variable('32 random bytes in base64 (openssl rand -base64 32)', (value) => {
  const key = Buffer.from(value, 'base64');
  return key.length === 32 ? key : undefined;
});

const perMinute = whole(1, 1_000_000);

const Variables = z.object({
  HOST: text.default('127.0.0.1'),
  PORT: whole(0, 65_535).default(8000),
  MC_DATA_DIR: text.default('.mission-control'),
  ENVIRONMENT: text.default('dev'),
  DATABASE_URL: databaseUrl.optional(),
  BASE_URL: baseUrl.optional(),
  AUTH_MODE: oneOf('local', 'oidc', 'clerk').default('local'),
  OIDC_ISSUER: issuer.optional(),
  OIDC_AUDIENCE: text.optional(),
  OIDC_JWKS_URL: baseUrl.optional(),
  OIDC_CLIENT_ID: text.optional(),
  OIDC_CLIENT_SECRET: text.optional(),
  CLERK_SECRET_KEY: text.optional(),
  CLERK_API_URL: baseUrl.default('https://api.clerk.com'),
  CLERK_LEEWAY: variable('seconds from 0 to 300', (value) =>
    /^\d{1,3}(\.\d+)?$/.test(value) && Number(value) <= 300 ? Number(value) : undefined,
  ).default(10),
  LOCAL_AUTH_TOKEN: token.optional(),
  MC_SECRET_KEY: secretKey.optional(),
  MC_SECRET_KEY_PREVIOUS: secretKey.optional(),
  CORS_ORIGINS: origins.default([]),
  TRUSTED_PROXIES: addressRanges.default([]),
  SECURITY_HEADER_X_CONTENT_TYPE_OPTIONS: text.default('nosniff'),
  SECURITY_HEADER_X_FRAME_OPTIONS: text.default('DENY'),
  SECURITY_HEADER_REFERRER_POLICY: text.default('strict-origin-when-cross-origin'),
  SECURITY_HEADER_PERMISSIONS_POLICY: text.default(''),
  RATE_LIMIT_AGENT: perMinute.default(240),
  RATE_LIMIT_USER: perMinute.default(600),
  RATE_LIMIT_FAILED_AUTH: perMinute.default(20),
  RATE_LIMIT_INVITE: whole(1, 1_000_000).default(20),
  RATE_LIMIT_WEBHOOK: perMinute.default(600),
  RATE_LIMIT_WEBHOOK_IP: perMinute.default(60),
  WEBHOOK_MAX_PAYLOAD_BYTES: whole(1, 64 << 20).default(1_048_576),
  INVITE_TTL_DAYS: whole(1, 90).default(7),
  APPROVAL_TTL_SECONDS: whole(60, 2_592_000).default(86_400),
  ACTIVITY_RETENTION_DAYS: whole(1, 3650).default(90),
  WEBHOOK_RETENTION_DAYS: whole(1, 3650).default(30),
  DEFAULT_SKILL_PACKS: variable('a comma-separated list of https://github.com/owner/repository', parseList).default([
    'https://github.com/sickn33/antigravity-awesome-skills',
    'https://github.com/BrianRWagner/ai-marketing-skills',
  ]),
  MC_MIRROR_DIR: text.optional(),
  AUDIT_ANCHOR_FILE: text.optional(),
  ALLOW_PRIVATE_TARGETS: flag.default(false),
  ALLOW_COMMAND_TARGETS: flag.default(false),
  GATEWAY_ALLOWED_HOSTS: variable('a comma-separated list of host names', parseList).default([]),
  GATEWAY_DENY_PRIVATE: flag.default(false),
  DB_AUTO_MIGRATE: flag.default(true),
  EVENT_RETENTION_HOURS: whole(1, 87_600).default(72),
  MC_INGEST_QUEUE_BYTES: whole(1 << 20, 2 ** 34).default(64 << 20),
  LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent').default('info'),
  LOG_FORMAT: oneOf('text', 'json').default('text'),
  REQUEST_LOG_SLOW_MS: whole(0, 3_600_000).default(1000),
  REQUEST_LOG_INCLUDE_HEALTH: flag.default(false),
});

const KNOWN = Object.keys(Variables.shape);
const SECRET = new Set([
  ...['DATABASE_URL', 'LOCAL_AUTH_TOKEN', 'MC_SECRET_KEY', 'MC_SECRET_KEY_PREVIOUS'],
  ...['OIDC_CLIENT_SECRET', 'CLERK_SECRET_KEY'],
]);
/** An empty one says something: the header is switched off, the list of packs is empty. */
const MAY_BE_EMPTY = (name: string) => name.startsWith(HEADER) || name === 'DEFAULT_SKILL_PACKS';
const HEADER = 'SECURITY_HEADER_';

/** The environment, read once at start. Docs: `docs/operations.md`. */
export type Config = ReturnType<typeof toConfig>;

/** The environment is not usable; the message is one sentence per variable, without the value of any secret. */
export class ConfigError extends Error {}

/** Reads every variable. Throws {@link ConfigError} naming all that are unknown or wrong at once. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  // An empty variable counts as absent, as compose files pass it; an empty security header switches that header off.
  const given = Object.entries(env).filter(([name, value]) => value?.trim() !== '' || MAY_BE_EMPTY(name));
  const parsed = Variables.safeParse(Object.fromEntries(given));
  const names = given.map(([name]) => name);
  const sentences = [
    ...findUnknown(names, KNOWN),
    ...(parsed.error?.issues ?? []).map((issue) => toSentence(String(issue.path[0]), issue.message, env)),
    ...(parsed.success ? findMissing(parsed.data) : []),
  ];
  if (!parsed.success || sentences.length > 0) throw new ConfigError(sentences.join('\n'));
  return toConfig(parsed.data, names.filter(isRetired));
}

const toSentence = (name: string, allowed: string, env: NodeJS.ProcessEnv): string =>
  `${name} must be ${allowed}${SECRET.has(name) ? '' : `, not ${JSON.stringify(env[name])}`}.`;

type Env = z.output<typeof Variables>;

/** One sentence for each variable that another one needs. */
const findMissing = (env: Env): string[] => [
  ...(env.AUTH_MODE === 'oidc' && !env.OIDC_ISSUER ? ['OIDC_ISSUER must be set when AUTH_MODE is oidc.'] : []),
  ...(env.AUTH_MODE === 'clerk' && !env.CLERK_SECRET_KEY
    ? ['CLERK_SECRET_KEY must be set when AUTH_MODE is clerk.']
    : []),
  ...(env.OIDC_CLIENT_ID && !env.OIDC_ISSUER ? ['OIDC_ISSUER must be set when OIDC_CLIENT_ID is.'] : []),
  ...(env.OIDC_CLIENT_SECRET && !env.OIDC_CLIENT_ID ? ['OIDC_CLIENT_ID must be set when OIDC_CLIENT_SECRET is.'] : []),
];

/** How people sign in. */
const toAuth = (env: Env) => ({
  authMode: env.AUTH_MODE,
  /** The identity provider of AUTH_MODE oidc and clerk. */
  oidc: {
    /** Undefined in AUTH_MODE clerk unless set: then the key set of the secret key's own instance says who signed. */
    issuer: env.OIDC_ISSUER,
    audience: env.OIDC_AUDIENCE,
    /** Absent: found through the issuer's discovery document. */
    jwksUrl: env.OIDC_JWKS_URL,
    /** Absent: people come with tokens, the console cannot send them to the provider. */
    clientId: env.OIDC_CLIENT_ID,
    clientSecret: env.OIDC_CLIENT_SECRET,
  },
  clerk: { secretKey: env.CLERK_SECRET_KEY, apiUrl: env.CLERK_API_URL, leewayS: env.CLERK_LEEWAY },
  /** Absent: `<dataDir>/local-token`. */
  localAuthToken: env.LOCAL_AUTH_TOKEN,
});

const toConfig = (env: Env, ignoredNames: string[]) => ({
  host: env.HOST,
  /** 0: any free port. */
  port: env.PORT,
  /** Absolute; holds the embedded database, the key file, the local token and spools. */
  dataDir: resolve(env.MC_DATA_DIR),
  environment: env.ENVIRONMENT,
  /** Absent: the embedded PostgreSQL. */
  databaseUrl: env.DATABASE_URL,
  /** Where people reach the console; without a trailing slash. */
  baseUrl: env.BASE_URL ?? `http://localhost:${env.PORT}`,
  ...toAuth(env),
  /** 32 bytes; absent: `<dataDir>/secret-key`. */
  secretKey: env.MC_SECRET_KEY,
  secretKeyPrevious: env.MC_SECRET_KEY_PREVIOUS,
  corsOrigins: env.CORS_ORIGINS,
  /** IP addresses and CIDR ranges. */
  trustedProxies: env.TRUSTED_PROXIES,
  /** Header name to value; those configured blank are absent. */
  securityHeaders: withoutBlank({
    'x-content-type-options': env.SECURITY_HEADER_X_CONTENT_TYPE_OPTIONS,
    'x-frame-options': env.SECURITY_HEADER_X_FRAME_OPTIONS,
    'referrer-policy': env.SECURITY_HEADER_REFERRER_POLICY,
    'permissions-policy': env.SECURITY_HEADER_PERMISSIONS_POLICY,
  }),
  /** Calls per sliding minute. */
  rateLimits: {
    agent: env.RATE_LIMIT_AGENT,
    user: env.RATE_LIMIT_USER,
    failedAuth: env.RATE_LIMIT_FAILED_AUTH,
    /** Per hour and person. */
    invitePerHour: env.RATE_LIMIT_INVITE,
    /** Per webhook, and per address and webhook. */
    webhook: env.RATE_LIMIT_WEBHOOK,
    webhookIp: env.RATE_LIMIT_WEBHOOK_IP,
  },
  webhookMaxPayloadBytes: env.WEBHOOK_MAX_PAYLOAD_BYTES,
  inviteTtlDays: env.INVITE_TTL_DAYS,
  approvalTtlS: env.APPROVAL_TTL_SECONDS,
  activityRetentionDays: env.ACTIVITY_RETENTION_DAYS,
  webhookRetentionDays: env.WEBHOOK_RETENTION_DAYS,
  /** Repositories that a new organization starts with. */
  defaultSkillPacks: env.DEFAULT_SKILL_PACKS,
  /** A folder with copies of skill packs and souls, looked into before the network. */
  mirrorDir: env.MC_MIRROR_DIR && resolve(env.MC_MIRROR_DIR),
  /** Signed ends of audit chains are appended to it. */
  auditAnchorFile: env.AUDIT_ANCHOR_FILE && resolve(env.AUDIT_ANCHOR_FILE),
  /** Whether outgoing requests may go to private addresses. */
  allowPrivateTargets: env.ALLOW_PRIVATE_TARGETS,
  /** Whether a deployment may run a program on this host. */
  allowCommandTargets: env.ALLOW_COMMAND_TARGETS,
  /** Which gateways may be dialled; no host names: all. Link-local and metadata addresses never are. */
  gateways: { allowedHosts: env.GATEWAY_ALLOWED_HOSTS, denyPrivate: env.GATEWAY_DENY_PRIVATE },
  dbAutoMigrate: env.DB_AUTO_MIGRATE,
  eventRetentionHours: env.EVENT_RETENTION_HOURS,
  ingestQueueBytes: env.MC_INGEST_QUEUE_BYTES,
  logLevel: env.LOG_LEVEL,
  logFormat: env.LOG_FORMAT,
  requestLogSlowMs: env.REQUEST_LOG_SLOW_MS,
  requestLogIncludeHealth: env.REQUEST_LOG_INCLUDE_HEALTH,
  /** Variables of the base implementation that have no use here; named once in the log. */
  ignoredNames,
});

const withoutBlank = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
