import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type ScriptedGateway, startScriptedGateway } from '../../../test/gateway/scripted-gateway.ts';
import {
  type MadeAgent,
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
} from '../../../test/make.ts';
import { getConnection } from '../connections/connections.ts';
import { toStatusTarget } from './sessions.rules.ts';

let app: TestApp;
let orgId: string;
let gatewayId: string;
let boardId: string;
let lead: MadeAgent;
beforeAll(async () => {
  app = await createTestApp();
  orgId = app.owner.orgId;
  ({ gatewayId } = await makeGateway(app, orgId));
  boardId = await makeBoard(app, orgId, { gatewayId });
  lead = await makeGatewayAgent(app, orgId, { kind: 'lead', gatewayId, boardId });
});
afterAll(() => app.close());

type Headers = Record<string, string>;
const call = (method: 'GET' | 'POST', url: string, payload?: object, headers: Headers = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload && { payload }) });
const outcome = (answer: Awaited<ReturnType<typeof call>>) => [answer.statusCode, answer.json().code];
const ofLead = () => `/gateways/sessions/${encodeURIComponent(`agent:lead-${boardId}:main`)}`;

describe('the status of a gateway', () => {
  const saved = {
    gatewayId: 'of-a',
    url: 'ws://a',
    token: 'saved',
    allow_insecure_tls: true,
    disable_device_pairing: true,
  };

  it('184: with a saved URL uses its flags and token, what is given wins, and no other URL gets a saved token', () => {
    expect(toStatusTarget({ url: 'ws://a' }, saved)).toEqual(saved);
    expect(toStatusTarget({ url: 'ws://a', token: 'given', allow_insecure_tls: false }, saved)).toEqual({
      ...saved,
      token: 'given',
      allow_insecure_tls: false,
    });
    for (const url of ['ws://a/', 'ws://b', 'ws://a?x'])
      expect(toStatusTarget({ url }, saved)).toEqual({
        gatewayId: null,
        url,
        token: null,
        allow_insecure_tls: false,
        disable_device_pairing: false,
      });
  });

  it('185: that is not reached is an answer with its code', async () => {
    for (const query of [`board_id=${boardId}`, 'gateway_url=ws%3A%2F%2F127.0.0.1%3A1']) {
      const answer = await call('GET', `/gateways/status?${query}`);
      expect([answer.statusCode, answer.json()]).toMatchObject([
        200,
        {
          connected: false,
          gateway_url: 'ws://127.0.0.1:1',
          code: 'gateway.unreachable',
          error: expect.any(String),
          sessions: null,
        },
      ]);
      expect(answer.headers.deprecation).toBeUndefined();
    }
    const old = await call(
      'GET',
      '/gateways/status?gateway_url=ws://127.0.0.1:1&gateway_token=secret&gateway_allow_insecure_tls=true',
    );
    expect([old.headers.deprecation, old.body.includes('secret')]).toEqual(['true', false]);
  });

  it('needs a target that may be dialled, on a board that the caller may read', async () => {
    expect(outcome(await call('GET', '/gateways/status'))).toEqual([422, 'gateway.target_required']);
    expect(outcome(await call('GET', '/gateways/status?gateway_url=ws://169.254.169.254'))).toEqual([
      422,
      'gateway.url_forbidden',
    ]);
    const bare = await makeBoard(app, orgId);
    expect(outcome(await call('GET', `/gateways/status?board_id=${bare}`))).toEqual([422, 'board.gateway_missing']);
    const foreign = await makeBoard(app, await makeOrganization(app));
    expect(outcome(await call('GET', `/gateways/status?board_id=${foreign}`))).toEqual([404, 'board.not_found']);
    const blind = await makeMember(app, orgId, { role: 'admin' });
    expect(outcome(await call('GET', `/gateways/status?board_id=${boardId}`, undefined, blind.headers))).toEqual([
      403,
      'board.access_denied',
    ]);
  });
});

describe('sessions', () => {
  it('cannot be read without a connection, and only those of our own agents exist', async () => {
    expect(outcome(await call('GET', '/gateways/sessions'))).toEqual([422, 'gateway.target_required']);
    expect(outcome(await call('GET', `/gateways/sessions?board_id=${boardId}`))).toEqual([502, 'gateway.unreachable']);
    for (const path of ['', '/history', '/live'])
      expect(outcome(await call('GET', `${ofLead()}${path}?board_id=${boardId}`))).toEqual([
        502,
        'gateway.unreachable',
      ]);
    const foreignOrg = await makeOrganization(app);
    const foreign = await makeGateway(app, foreignOrg);
    for (const key of ['agent:main:main', `agent:mc-gateway-${foreign.gatewayId}:main`, `agent:mc-${newId()}:main`])
      for (const path of ['', '/history', '/live'])
        expect(
          outcome(await call('GET', `/gateways/sessions/${encodeURIComponent(key)}${path}?board_id=${boardId}`)),
        ).toEqual([404, 'session.not_found']);
  });

  it('192: a message into one needs write access on the board', async () => {
    const send = (headers?: Headers, key = ofLead()) =>
      call('POST', `${key}/message?board_id=${boardId}`, { content: 'Hello' }, headers);
    expect(outcome(await send())).toEqual([502, 'gateway.unreachable']);
    const reader = await makeMember(app, orgId, { role: 'admin', all_boards_read: true });
    expect(outcome(await send(reader.headers))).toEqual([403, 'board.access_denied']);
    const member = await makeMember(app, orgId, { all_boards_write: true });
    expect(outcome(await send(member.headers))).toEqual([502, 'gateway.unreachable']);
    const history = (headers: Headers, key = ofLead(), of = `board_id=${boardId}`) =>
      call('GET', `${key}/history?${of}`, undefined, headers);
    const onlooker = await makeMember(app, orgId, { all_boards_read: true });
    expect(outcome(await send(onlooker.headers))).toEqual([403, 'board.access_denied']);
    expect(outcome(await history(onlooker.headers))).toEqual([502, 'gateway.unreachable']);
    // Agents of other boards, and the main one, are for admins.
    const ofMain = `/gateways/sessions/${encodeURIComponent(`agent:mc-gateway-${gatewayId}:main`)}`;
    expect(outcome(await send(member.headers, ofMain))).toEqual([404, 'session.not_found']);
    expect(outcome(await history(onlooker.headers, ofMain))).toEqual([404, 'session.not_found']);
    expect(outcome(await history(onlooker.headers, ofLead(), `gateway_id=${gatewayId}`))).toEqual([
      403,
      'auth.forbidden',
    ]);
    expect(outcome(await history((await makeMember(app, orgId)).headers))).toEqual([403, 'board.access_denied']);
    expect(outcome(await send(lead.headers))).toEqual([403, 'auth.forbidden']);
    expect(outcome(await send(undefined, '/gateways/sessions/agent%3Amain%3Amain'))).toEqual([
      404,
      'session.not_found',
    ]);
  });

  it('commands are the lists that clients of the base contract know', async () => {
    const commands = (await call('GET', '/gateways/commands')).json();
    expect(commands).toMatchObject({ protocol_version: 3, negotiated_protocol: null });
    expect([commands.methods.length, new Set(commands.methods).size, commands.events.length]).toEqual([86, 86, 18]);
    expect(commands.methods).toContain('chat.send');
    await app.platform.db.updateTable('gateways').set({ protocol: 4 }).where('id', '=', gatewayId).execute();
    expect((await call('GET', `/gateways/commands?gateway_id=${gatewayId}`)).json().negotiated_protocol).toBe(4);
  });
});

describe('with a gateway that answers', () => {
  let gateway: ScriptedGateway;
  const key = () => `agent:lead-${boardId}:main`;
  beforeAll(async () => {
    gateway = await startScriptedGateway();
    const token_enc = app.platform.secrets.encrypt(gateway.token, `gateways.token_enc:${gatewayId}`);
    const way = { url: gateway.url, token_enc };
    await app.platform.db.updateTable('gateways').set(way).where('id', '=', gatewayId).execute();
    for (const id of [`lead-${boardId}`, `mc-gateway-${gatewayId}`])
      gateway.world.agents.set(id, { id, workspace: `/w/${id}`, createdAt: 0, isLive: true });
  });
  afterAll(() => gateway.close());

  it('192: a message goes into the session once, with deliver false', async () => {
    const sent = await call('POST', `${ofLead()}/message?board_id=${boardId}`, { content: ' Hello ' });
    expect([sent.statusCode, sent.json()]).toEqual([200, { ok: true }]);
    expect(gateway.calls.filter(({ method }) => method === 'chat.send')).toMatchObject([
      { params: { sessionKey: key(), message: 'Hello', deliver: false, idempotencyKey: expect.any(String) } },
    ]);
  });

  it('what is being written is shown until it is in the history', async () => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    gateway.onMessage(() => [{ types: 'Counting the fi' }, { until: held }, { say: 'Three files.' }]);
    const live = async () => (await call('GET', `${ofLead()}/live?board_id=${boardId}`)).json().run;
    await call('POST', `${ofLead()}/message?board_id=${boardId}`, { content: 'Count' });
    await expect.poll(async () => (await live())?.text).toBe('Counting the fi');
    expect(await live()).toMatchObject({ run_id: expect.any(String), started_at: expect.any(String) });
    letGo();
    await expect.poll(live).toBeNull();
    gateway.onMessage(() => []);
  });

  it('sessions of our agents are shown, and no others', async () => {
    const client = systemContext(app.platform, orgId);
    const { call: onGateway } = await getConnection(client, gatewayId);
    await onGateway('sessions.create', { agentId: 'main', key: 'agent:main:main' });
    const status = (await call('GET', `/gateways/status?board_id=${boardId}`)).json();
    expect(status).toMatchObject({
      ...{ connected: true, error: null, code: null, failed_hop: null, protocol: 4, server_version: '2026.9.6' },
      ...{ main_session_error: null, main_session: expect.objectContaining({ sessionId: expect.any(String) }) },
      sessions_count: 3,
      scopes: expect.arrayContaining(['operator.admin']),
    });
    const main = `agent:mc-gateway-${gatewayId}:main`;
    const { sessions, main_session } = (await call('GET', `/gateways/sessions?board_id=${boardId}`)).json();
    expect(sessions.map((session: { key: string }) => session.key).sort()).toEqual([key(), main].sort());
    expect(main_session.key).toBe(main);
    const named = (await call('GET', `/gateways/sessions?gateway_id=${gatewayId}`)).json();
    expect(named).toMatchObject({ main_session: { key: main }, sessions: { length: 2 } });
    expect(outcome(await call('GET', `/gateways/sessions?gateway_id=${newId()}`))).toEqual([404, 'gateway.not_found']);
    const one = (await call('GET', `${ofLead()}?board_id=${boardId}`)).json();
    expect(one.session.key).toBe(key());
    const { history } = (await call('GET', `${ofLead()}/history?board_id=${boardId}`)).json();
    expect(history[0]).toMatchObject({ role: 'user' });
  });

  it('185: that refuses us is an answer with its code and the hop', async () => {
    const query = `gateway_url=${encodeURIComponent(`${gateway.url}/other`)}&gateway_token=wrong`;
    expect((await call('GET', `/gateways/status?${query}`)).json()).toMatchObject({
      ...{ connected: false, code: 'gateway.auth_failed', failed_hop: 'auth', error: expect.any(String) },
    });
  });
});
