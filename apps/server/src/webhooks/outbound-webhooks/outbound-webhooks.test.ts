import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeMember, makeOrganization } from '../../../test/make.ts';
import { pruneOutbound } from '../outbound/post.store.ts';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  path: string;
}

let app: TestApp;
let clock = new Date('2026-03-01T12:00:00.000Z');
let target: Server;
let base: string;
let boardId: string;
let received: Received[] = [];
/** What the target answers. */
let status = 204;

beforeAll(async () => {
  app = await createTestApp({
    now: () => clock,
    env: { ALLOW_PRIVATE_TARGETS: 'true', BASE_URL: 'https://c.example' },
  });
  target = createServer(async (incoming, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    received.push({ headers: incoming.headers, body: Buffer.concat(chunks).toString(), path: incoming.url ?? '' });
    answer.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  base = `http://localhost:${(target.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await app.close();
  target.close();
});
beforeEach(async () => {
  clock = new Date(clock.getTime() + 60_000);
  received = [];
  status = 204;
  boardId = await makeBoard(app, app.owner.orgId);
});

afterEach(async () => {
  // What would be tried again later must not reach the target of the next test.
  const { items } = (await api('GET', '/outbound-webhooks?limit=200')).json();
  for (const { id } of items) await api('DELETE', `/outbound-webhooks/${id}`);
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const api = (method: Method, path: string, payload?: object, headers: Record<string, string> = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${path}`, headers, ...(payload ? { payload } : {}) });

async function subscribe(body: Record<string, unknown> = {}) {
  const answer = await api('POST', '/outbound-webhooks', {
    name: 'Chat',
    url: `${base}/hook`,
    event_types: ['webhook.created'],
    board_ids: [boardId],
    ...body,
  });
  expect(answer.statusCode).toBe(201);
  return answer.json();
}

/** Makes a fact `webhook.created` on a board; returns the row that it is about. */
const act = async (board = boardId, description = 'A fact') =>
  (await api('POST', `/boards/${board}/webhooks`, { description, secret: 'canary-secret' })).json();

const deliveriesOf = async (id: string, query = '') =>
  (await api('GET', `/outbound-webhooks/${id}/deliveries${query}`)).json().items;
const jobOf = async (deliveryId: string) =>
  (
    await app.platform.db
      .selectFrom('webhook_deliveries')
      .select('job_id')
      .where('id', '=', deliveryId)
      .executeTakeFirstOrThrow()
  ).job_id ?? '';
const until = <T>(look: () => Promise<T> | T) => vi.waitFor(look, { timeout: 15_000, interval: 50 });

/** What a receiver does, written from the standard: verifies the message and gives its body. */
function verify({ headers, body }: Received, secret: string) {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const content = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
  const expected = createHmac('sha256', key).update(content, 'utf8').digest('base64');
  expect(String(headers['webhook-signature']).split(' ')).toContain(`v1,${expected}`);
  expect(Math.abs(Number(headers['webhook-timestamp']) - clock.getTime() / 1000)).toBeLessThan(300);
  return JSON.parse(body);
}

describe('a fact', () => {
  it('is posted once to each webhook that wants it, signed, in the shape of the wire', async () => {
    const elsewhere = await makeBoard(app, app.owner.orgId);
    const one = await subscribe();
    const two = await subscribe({ event_types: ['*'], board_ids: [elsewhere, boardId], url: `${base}/all` });
    await subscribe({ event_types: ['webhook.deleted'] });
    await subscribe({ board_ids: [elsewhere] });
    const webhook = await act();
    await until(() => expect(received).toHaveLength(2));
    const hook = received.find(({ path }) => path === '/hook');
    const all = received.find(({ path }) => path === '/all');
    if (!hook || !all) throw new Error('both targets were called');
    const message = verify(hook, one.secret);
    expect(message).toEqual({
      id: hook.headers['webhook-id'],
      type: 'webhook.created',
      created_at: expect.stringMatching(/Z$/),
      org: { id: app.owner.orgId, name: expect.any(String) },
      subject: { kind: 'webhook', id: webhook.id },
      actor: { kind: 'user', id: app.owner.userId },
      data: { webhook },
      links: { console: `https://c.example/boards/${boardId}` },
    });
    expect(hook.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'mission-control' });
    expect(verify(all, two.secret)).toMatchObject({ type: 'webhook.created', data: { webhook } });
    expect(all.headers['webhook-signature']).not.toBe(hook.headers['webhook-signature']);
    expect(hook.body).not.toContain('canary-secret');
    await until(async () =>
      expect(await deliveriesOf(one.id)).toMatchObject([
        {
          id: message.id,
          webhook_id: one.id,
          payload_id: null,
          event_type: 'webhook.created',
          event_id: expect.stringMatching(/^[0-9a-z]+-[0-9a-z]+$/),
          target: `${base}/hook`,
          state: 'delivered',
          attempts: 1,
          last_error: null,
          delivered_at: expect.stringMatching(/Z$/),
        },
      ]),
    );
  });

  it('of before the webhook was there, or switched on, is not sent; no fact afterwards is lost', async () => {
    await act(boardId, 'before');
    const { id } = await subscribe({ enabled: false });
    await act(boardId, 'while it is off');
    clock = new Date(clock.getTime() + 1000);
    await api('PATCH', `/outbound-webhooks/${id}`, { enabled: true });
    const names = ['one', 'two', 'three'];
    await Promise.all(names.map((name) => act(boardId, name)));
    await until(() => expect(received).toHaveLength(3));
    const seen = received.map(({ body }) => JSON.parse(body).data.webhook.description);
    expect(seen.toSorted()).toEqual(names.toSorted());
    expect(await deliveriesOf(id)).toHaveLength(3);
  });

  it('of another organization is never sent', async () => {
    const orgId = await makeOrganization(app);
    const foreigner = await makeMember(app, orgId, { role: 'owner', all_boards_write: true });
    const foreignBoard = await makeBoard(app, orgId);
    const { id } = await subscribe({ event_types: ['*'], board_ids: null });
    await api('POST', `/boards/${foreignBoard}/webhooks`, { description: 'Theirs' }, foreigner.headers);
    await act(boardId, 'Ours');
    await until(async () => expect((await deliveriesOf(id)).length).toBeGreaterThan(0));
    expect(received.map(({ body }) => body).join()).not.toContain('Theirs');
  });
});

describe('a delivery', () => {
  const makeDelivery = async () => {
    const webhook = await subscribe();
    await act();
    const [delivery] = await until(async () => {
      const rows = await deliveriesOf(webhook.id);
      expect(rows).toMatchObject([{ last_error: expect.anything() }]);
      return rows;
    });
    return { webhook, delivery };
  };

  it('that fails is retried with the same id, then waits in the dead-letter list and can be redriven', async () => {
    status = 500;
    const { webhook, delivery } = await makeDelivery();
    expect(delivery).toMatchObject({ state: 'retrying', attempts: 1, last_error: { code: 'target.refused' } });
    expect(Date.parse(delivery.next_retry_at) - clock.getTime()).toBe(30_000);
    const jobId = await jobOf(delivery.id);
    for (let attempts = 2; attempts <= 6; attempts++) {
      clock = new Date(clock.getTime() + 28_800_000);
      await app.runWork(jobId);
      await until(async () => expect(await deliveriesOf(webhook.id)).toMatchObject([{ attempts, last_error: {} }]));
    }
    expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery.id]));
    expect(new Set(received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(6);
    expect(await deliveriesOf(webhook.id, '?state=dead')).toMatchObject([
      { id: delivery.id, state: 'dead', attempts: 6 },
    ]);
    expect((await api('GET', `/outbound-webhooks/${webhook.id}`)).json()).toMatchObject({ failed_deliveries: 1 });
    status = 200;
    expect((await api('POST', `/outbound-webhooks/${webhook.id}/redrive`)).json()).toEqual({ retried: 1 });
    await until(async () =>
      expect(await deliveriesOf(webhook.id)).toMatchObject([{ state: 'delivered', attempts: 1 }]),
    );
    const again = await api('POST', `/outbound-webhooks/${webhook.id}/deliveries/${delivery.id}/retry`);
    expect(again.statusCode).toBe(202);
    await until(() => expect(received).toHaveLength(8));
  });

  it('that waits for its next try can be tried now', async () => {
    status = 503;
    const { webhook, delivery } = await makeDelivery();
    status = 200;
    const answer = await api('POST', `/outbound-webhooks/${webhook.id}/deliveries/${delivery.id}/retry`);
    expect(answer.json()).toEqual({ job_id: await jobOf(delivery.id) });
    await until(async () =>
      expect(await deliveriesOf(webhook.id)).toMatchObject([{ state: 'delivered', attempts: 1 }]),
    );
  });

  it('does not follow redirects', async () => {
    status = 302;
    const { delivery } = await makeDelivery();
    expect(delivery.last_error).toMatchObject({ code: 'target.refused', message: expect.stringContaining('302') });
    expect(received.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('that fails ten times in a row pauses its webhook, with a fact in the history', async () => {
    status = 500;
    const webhook = await subscribe();
    for (let i = 0; i < 12; i++) await act(boardId, `fact ${i}`);
    const read = await until(async () => {
      const row = (await api('GET', `/outbound-webhooks/${webhook.id}`)).json();
      expect(row.enabled).toBe(false);
      return row;
    });
    expect(read.paused_reason).toContain('500');
    const lines = await app.platform.db
      .selectFrom('activity_events')
      .select('message')
      .where('event_type', '=', 'outbound_webhook.paused')
      .execute();
    expect(lines).toEqual([{ message: expect.stringContaining('Chat') }]);
    status = 200;
    const resumed = (await api('PATCH', `/outbound-webhooks/${webhook.id}`, { enabled: true })).json();
    expect(resumed).toMatchObject({ enabled: true, paused_reason: null });
    received = [];
    await act(boardId, 'after');
    await until(() => expect(received.some(({ body }) => body.includes('"after"'))).toBe(true));
  });

  it('of a test goes out although the webhook is switched off', async () => {
    const webhook = await subscribe({ enabled: false });
    const answer = await api('POST', `/outbound-webhooks/${webhook.id}/test`);
    expect(answer.statusCode).toBe(202);
    await until(() => expect(received).toHaveLength(1));
    const [message] = received.map((call) => verify(call, webhook.secret));
    expect(message).toMatchObject({ id: answer.json().delivery_id, type: 'webhook.test' });
  });

  it('is forgotten when its days are over, unless it is on its way', async () => {
    const webhook = await subscribe();
    await act();
    await until(async () => expect(await deliveriesOf(webhook.id)).toMatchObject([{ state: 'delivered' }]));
    const later = (days: number) => ({ ...app.platform, now: () => new Date(clock.getTime() + days * 86_400_000) });
    await pruneOutbound(later(29));
    expect(await deliveriesOf(webhook.id)).toHaveLength(1);
    await pruneOutbound(later(31));
    expect(await deliveriesOf(webhook.id)).toEqual([]);
  });
});

describe('an outbound webhook', () => {
  it('is made, read, changed and removed; its secret is in the first answer only', async () => {
    const { secret, ...made } = await subscribe();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made).toMatchObject({
      organization_id: app.owner.orgId,
      name: 'Chat',
      url: `${base}/hook`,
      event_types: ['webhook.created'],
      board_ids: [boardId],
      enabled: true,
      paused_reason: null,
      has_secret: true,
      failed_deliveries: 0,
      version: 1,
    });
    const read = await api('GET', `/outbound-webhooks/${made.id}`);
    expect([read.json(), read.headers.etag]).toEqual([made, '"1"']);
    const changed = await api('PATCH', `/outbound-webhooks/${made.id}`, { name: 'Other', version: 1 });
    expect(changed.json()).toMatchObject({ name: 'Other', version: 2 });
    expect((await api('PATCH', `/outbound-webhooks/${made.id}`, { name: 'Other' })).json().version).toBe(2);
    const stale = await api('PATCH', `/outbound-webhooks/${made.id}`, { name: 'X', version: 1 });
    expect(stale.json().code).toBe('resource.version_conflict');
    const facts = await app.platform.db
      .selectFrom('events')
      .select(['type', 'data'])
      .where('subject_id', '=', made.id)
      .orderBy('id')
      .execute();
    expect(facts.map(({ type }) => type)).toEqual(['outbound_webhook.created', 'outbound_webhook.updated']);
    const list = await api('GET', '/outbound-webhooks?limit=1');
    expect(list.json().items).toMatchObject([{ id: made.id }]);
    for (const text of [read.body, changed.body, list.body, JSON.stringify(facts)]) expect(text).not.toContain(secret);
    expect((await api('DELETE', `/outbound-webhooks/${made.id}`)).statusCode).toBe(204);
    expect((await api('GET', `/outbound-webhooks/${made.id}`)).json().code).toBe('outbound_webhook.not_found');
  });

  it('knows which facts there are', async () => {
    const { items } = (await api('GET', '/outbound-webhooks/event-types')).json();
    expect(items).toContain('webhook.received');
    expect(items).toEqual(items.toSorted());
    const unknown = await api('POST', '/outbound-webhooks', { name: 'x', url: base, event_types: ['task.exploded'] });
    expect([unknown.statusCode, unknown.json().code]).toEqual([422, 'request.invalid']);
    expect(unknown.body).toContain('task.exploded');
  });

  it('takes only what it can send to', async () => {
    const wrong = [
      { url: 'ftp://x.example' },
      { url: 'https://user:pw@x.example' },
      { url: 'nonsense' },
      { url: '//x' },
    ];
    for (const body of [...wrong, { url: 'http://169.254.169.254/' }, { url: 'https://[fe80::1]/' }]) {
      const answer = await api('POST', '/outbound-webhooks', { name: 'x', event_types: ['*'], ...body });
      expect([answer.statusCode, answer.json().code]).toEqual([422, 'target.forbidden']);
    }
    const { id } = await subscribe();
    for (const patch of [{ name: null }, { event_types: [] }, { board_ids: [] }, { url: '' }, { enabled: 'yes' }])
      expect((await api('PATCH', `/outbound-webhooks/${id}`, patch)).json().code).toBe('request.invalid');
    expect((await api('PATCH', `/outbound-webhooks/${id}`, { board_ids: [newId()] })).json().code).toBe(
      'board.not_found',
    );
  });

  it('is for admins, and sends nobody more than they may read', async () => {
    const { id } = await subscribe();
    const member = await makeMember(app, app.owner.orgId, { all_boards_write: true });
    const admin = await makeMember(app, app.owner.orgId, { role: 'admin', boards: { [boardId]: 'read' } });
    const hidden = await makeBoard(app, app.owner.orgId);
    const body = { name: 'x', url: base, event_types: ['*'] };
    expect((await api('GET', '/outbound-webhooks', undefined, member.headers)).json().code).toBe('auth.forbidden');
    for (const board_ids of [null, [hidden], [boardId, hidden]])
      expect((await api('POST', '/outbound-webhooks', { ...body, board_ids }, admin.headers)).json().code).toBe(
        'board.access_denied',
      );
    expect((await api('POST', '/outbound-webhooks', { ...body, board_ids: [boardId] }, admin.headers)).statusCode).toBe(
      201,
    );
    const foreigner = await makeMember(app, await makeOrganization(app), { role: 'owner', all_boards_write: true });
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['GET', '/deliveries'],
      ['POST', '/test'],
      ['POST', '/redrive'],
      ['POST', `/deliveries/${newId()}/retry`],
    ] as const) {
      const answer = await api(
        method,
        `/outbound-webhooks/${id}${path}`,
        method === 'PATCH' ? {} : undefined,
        foreigner.headers,
      );
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'outbound_webhook.not_found']);
    }
    expect((await api('POST', `/outbound-webhooks/${id}/deliveries/${newId()}/retry`)).json().code).toBe(
      'delivery.not_found',
    );
  });
});

it('private targets are refused unless an operator allows them', async () => {
  const closed = await createTestApp();
  try {
    const post = (payload: object) =>
      closed.router.inject({
        method: 'POST',
        url: '/api/v1/outbound-webhooks',
        headers: closed.owner.headers,
        payload: { name: 'x', event_types: ['outbound_webhook.created'], ...payload },
      });
    for (const url of [
      'http://example.com',
      'https://127.0.0.1',
      'https://[::1]',
      'https://2130706433',
      'https://10.1.1.1',
    ])
      expect((await post({ url })).json().code).toBe('target.forbidden');
    // A name that turns out to mean this machine is refused when it is called.
    const { id } = (await post({ url: `https://localhost:${new URL(base).port}` })).json();
    await until(async () => {
      const url = `/api/v1/outbound-webhooks/${id}/deliveries`;
      const { items } = (await closed.router.inject({ url, headers: closed.owner.headers })).json();
      expect(items).toMatchObject([{ state: 'dead', attempts: 1, last_error: { code: 'target.forbidden' } }]);
    });
    expect(received).toEqual([]);
  } finally {
    await closed.close();
  }
});
