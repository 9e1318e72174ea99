import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  type MadeAgent,
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
} from '../../../test/make.ts';
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
    for (const path of ['', '/history'])
      expect(outcome(await call('GET', `${ofLead()}${path}?board_id=${boardId}`))).toEqual([
        502,
        'gateway.unreachable',
      ]);
    const foreignOrg = await makeOrganization(app);
    const foreign = await makeGateway(app, foreignOrg);
    for (const key of ['agent:main:main', `agent:mc-gateway-${foreign.gatewayId}:main`, `agent:mc-${newId()}:main`])
      for (const path of ['', '/history'])
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
    expect(outcome(await send(member.headers))).toEqual([403, 'auth.forbidden']);
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
