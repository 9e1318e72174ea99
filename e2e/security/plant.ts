import { randomBytes } from 'node:crypto';
import { startFakeGateway } from '../../apps/server/test/fake-gateways.ts';
import { type Answer, send } from './send.ts';
import type { World } from './world/world.ts';

/** A secret that was given to the server or made by it. */
export interface Planted {
  name: string;
  secret: string;
  /** Only the log must not hold it: it is somebody's own text, which those who may read the row see. */
  onlyLog?: true;
}

const canary = (name: string) => `canary-${name}-${randomBytes(12).toString('hex')}`;

/** The configuration's own secrets, by variable. */
export const makeConfiguration = () => ({
  MC_SECRET_KEY: randomBytes(32).toString('base64'),
  CLERK_SECRET_KEY: canary('clerk'),
});

/** Gives the server a secret in every way that it takes or makes one. */
export async function plantSecrets(world: World, configuration: Record<string, string>): Promise<Planted[]> {
  return [
    ...Object.entries(configuration).map(([name, secret]) => ({ name, secret })),
    { name: 'local token', secret: world.app.owner.headers.authorization.slice('Bearer '.length) },
    ...(await plantGatewayTokens(world)),
    ...(await plantWebhookSecrets(world)),
    ...(await plantSignIns(world)),
    ...(await plantPrograms(world)),
    ...(await plantWords(world)),
  ];
}

interface Call {
  body?: object;
  headers?: Record<string, string>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call of the owner; throws when it is refused, as nothing would be planted then. */
async function call({ app }: World, method: Method, path: string, { body, headers }: Call = {}) {
  const request = { method, url: `/api/v1${path}`, ...(body && { body }) };
  const answer = await send(app, request, { ...app.owner.headers, ...headers });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer;
}

const read = ({ text }: Answer, field: string): string => JSON.parse(text)[field];

async function plantGatewayTokens(world: World): Promise<Planted[]> {
  const { app, home } = world;
  const gateway = `/gateways/${home.ids.gateway_id}`;
  const [inUrl, inBody, inQuery, checked] = [canary('url'), canary('gateway'), canary('query'), canary('check')];
  // A way is checked before it is kept: this one leads to something that takes every token.
  const open = await startFakeGateway();
  const url = `ws://127.0.0.1:${open.port}`;
  await call(world, 'PATCH', gateway, { body: { url: `${url}/?token=${inUrl}` } });
  await call(world, 'PATCH', gateway, { body: { token: inBody } });
  const query = new URLSearchParams({ gateway_url: url, gateway_token: inQuery });
  await send(app, { method: 'GET', url: `/api/v1/gateways/status?${query}` }, app.owner.headers);
  const body = { url, token: checked };
  await send(app, { method: 'POST', url: '/api/v1/gateways/check', body }, app.owner.headers);
  await open.close();
  return [
    { name: 'token in the URL of a gateway', secret: inUrl },
    { name: 'token of a gateway', secret: inBody },
    { name: 'token in the query of a status call', secret: inQuery },
    { name: 'token of a connection check', secret: checked },
  ];
}

async function plantWebhookSecrets(world: World): Promise<Planted[]> {
  const { app, home } = world;
  const webhooks = `/boards/${home.ids.board_id}/webhooks`;
  const [first, second] = [canary('webhook'), canary('webhook2')];
  const id = read(await call(world, 'POST', webhooks, { body: { description: 'Signed', secret: first } }), 'id');
  await call(world, 'PATCH', `${webhooks}/${id}`, { body: { secret: second } });
  const rotated = read(await call(world, 'POST', `${webhooks}/${id}/rotate-secret`), 'secret');
  const outbound = { name: 'Out', url: 'https://example.com/hook', event_types: ['task.created'] };
  const made = read(await call(world, 'POST', '/outbound-webhooks', { body: outbound }), 'secret');
  const target = { name: 'Swap', kind: 'webhook', config: { url: 'https://example.com/swap' } };
  const swap = read(await call(world, 'POST', '/deploy-targets', { body: target }), 'secret');
  const bearer = canary('bearer');
  const config = { api_url: 'https://example.com', namespace: 'a', deployment: 'b', container: 'c' };
  const cluster = { name: 'Cluster', kind: 'kubernetes', config, secret: bearer };
  await call(world, 'POST', '/deploy-targets', { body: cluster });
  const headers = {
    'x-hub-signature-256': canary('signature'),
    authorization: `Bearer ${canary('sender')}`,
    cookie: `session=${canary('cookie')}`,
  };
  const url = `/api/v1${webhooks}/${home.ids.webhook_id}`;
  await send(app, { method: 'POST', url, body: { hello: 1 }, contentType: 'application/json' }, headers);
  return [
    { name: 'secret of a webhook', secret: first },
    { name: 'second secret of a webhook', secret: second },
    { name: 'rotated secret of a webhook', secret: rotated },
    { name: 'secret of an outbound webhook', secret: made },
    { name: 'secret of a deployment target', secret: swap },
    { name: 'bearer token of a deployment target', secret: bearer },
    { name: 'signature of a call', secret: headers['x-hub-signature-256'] },
    { name: 'credential of a caller', secret: headers.authorization.slice('Bearer '.length) },
    { name: 'cookie of a caller', secret: headers.cookie.slice('session='.length) },
  ];
}

async function plantSignIns(world: World): Promise<Planted[]> {
  const { app } = world;
  const invite = async (name: string) =>
    call(world, 'POST', '/organizations/me/invites', { body: { invited_email: `${name}@example.com` } });
  const tokens = '/users/me/tokens';
  const own = read(await call(world, 'POST', tokens, { body: { name: 'a', scopes: ['read'] } }), 'token');
  const headers = { 'idempotency-key': canary('key') };
  const repeated = read(await call(world, 'POST', tokens, { body: { name: 'b', scopes: ['read'] }, headers }), 'token');
  const waiting = read(await invite('waiting'), 'token');
  const first = await invite('again');
  const again = await call(world, 'POST', `/organizations/me/invites/${read(first, 'id')}/reissue`);
  const accepted = await invite('accepted');
  const joining = { token: read(accepted, 'token'), name: 'Joined' };
  const joined = read(await call(world, 'POST', '/auth/accept-invite', { body: joining }), 'token');
  const session = await app.router.inject({
    method: 'POST',
    url: '/api/v1/auth/session',
    payload: { token: app.owner.headers.authorization.slice('Bearer '.length) },
  });
  if (session.statusCode !== 204) throw new Error(`no session: ${session.statusCode} ${session.body}`);
  const wrong = canary('wrong');
  await send(app, { method: 'GET', url: '/api/v1/users/me' }, { authorization: `Bearer ${wrong}` });
  return [
    { name: 'personal token', secret: own },
    { name: 'personal token of a repeatable call', secret: repeated },
    { name: 'token of an invite', secret: waiting },
    { name: 'token of an invite before its reissue', secret: read(first, 'token') },
    { name: 'token of a reissued invite', secret: read(again, 'token') },
    { name: 'token of an accepted invite', secret: joining.token },
    { name: 'token of who accepted', secret: joined },
    { name: 'session cookie', secret: session.cookies[0]?.value ?? '' },
    { name: 'refused credential', secret: wrong },
  ];
}

/** Keys and tokens that the callers of the world bring. */
async function plantPrograms({ callers }: World): Promise<Planted[]> {
  return callers
    .filter(({ agent, program }) => agent !== undefined || program !== undefined)
    .map(({ name, headers }) => ({
      name: `token of ${name}`,
      secret: headers['x-agent-token'] ?? headers.authorization?.slice('Bearer '.length) ?? '',
    }));
}

/** What people say of themselves: shown where they put it, logged nowhere. */
async function plantWords(world: World): Promise<Planted[]> {
  const { app, home } = world;
  const [notes, answer] = [canary('notes'), canary('answer')];
  await call(world, 'PATCH', '/users/me', { body: { notes, context: notes } });
  const url = `/api/v1/boards/${home.ids.board_id}/onboarding/answer`;
  await send(app, { method: 'POST', url, body: { answer: 'Other', other_text: answer } }, app.owner.headers);
  return [
    { name: 'notes of a profile', secret: notes, onlyLog: true },
    { name: 'answer of an onboarding', secret: answer, onlyLog: true },
  ];
}
