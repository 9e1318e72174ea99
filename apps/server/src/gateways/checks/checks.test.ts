import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemContext } from '#server/platform/context.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  type FakeGatewayOptions,
  findClosedPort,
  startFakeGateway,
  startHttpServer,
  startSocketServer,
  startTlsServer,
} from '../../../test/fake-gateways.ts';
import {
  type ScriptedGateway,
  type ScriptedGatewayOptions,
  startScriptedGateway,
} from '../../../test/gateway/scripted-gateway.ts';
import { makeGateway, makeMember, makeOrganization } from '../../../test/make.ts';
import { diagnoseNetwork } from '../rpc/diagnoses.rules.ts';
import { judgeBaseUrl } from './asked-hops.ts';
import { checkGateway } from './checks.service.ts';
import { suggestUrl } from './fixes.rules.ts';

let app: TestApp;
const opened: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  app = await createTestApp({ env: { BASE_URL: 'http://127.0.0.1:8000' } });
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(() => app.close());

async function keep<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  opened.push(started);
  return started;
}
const scripted = (options?: ScriptedGatewayOptions) => keep(startScriptedGateway(options));
const fake = (options?: FakeGatewayOptions) => keep(startFakeGateway(options));

interface Wanted {
  token?: string | null;
  allow_insecure_tls?: boolean;
  disable_device_pairing?: boolean;
  asked?: { reach_back?: boolean; round_trip?: boolean };
}
const check = (url: string, { token = 'token', asked, ...flags }: Wanted = {}) =>
  checkGateway(
    systemContext(app.platform, app.owner.orgId),
    { gatewayId: null, url, token, allow_insecure_tls: false, disable_device_pairing: false, ...flags },
    { reach_back: false, round_trip: false, ...asked },
  );
const at = ({ port }: { port: number }, scheme = 'ws') => `${scheme}://127.0.0.1:${port}`;
const checkScripted = ({ url, token }: ScriptedGateway, wanted: Wanted = {}) => check(url, { token, ...wanted });
type Result = Awaited<ReturnType<typeof check>>;

/** One hop fails with that code, those before it are passed, those behind it are not tried, and a fix is named. */
function expectBlame(result: Result, hop: string, code: string, facts: object = {}) {
  expect({ ok: result.ok, failed_hop: result.failed_hop, code: result.code }).toEqual({
    ok: false,
    failed_hop: hop,
    code,
  });
  const index = result.hops.findIndex((one) => one.status === 'fail');
  const statuses = result.hops.map(({ status }) => status);
  expect(statuses.slice(0, index).every((status) => status === 'ok' || status === 'warn')).toBe(true);
  expect(statuses.slice(index + 1).every((status) => status === 'skipped')).toBe(true);
  const failed = result.hops[index];
  expect(failed).toMatchObject({
    hop,
    code,
    facts,
    fix: { title: expect.any(String), steps: expect.arrayContaining([expect.any(String)]) },
  });
  expect(JSON.stringify(result)).not.toContain('token-of-the-gateway');
}
const hopOf = ({ hops }: Result, name: string) => hops.find(({ hop }) => hop === name);

describe('186: the way to a gateway', () => {
  it('ends at an address that cannot be used, and suggests another', async () => {
    for (const url of ['http://gateway.test', 'ws://user@gateway.test', 'ws://0.0.0.0:18789', 'gateway'])
      expect(await check(url)).toMatchObject({ ok: false, failed_hop: 'url', code: 'gateway.url_invalid' });
    expect(suggestUrl('http://gateway.test')).toBe('ws://gateway.test:18789');
    expect(suggestUrl('https://gateway.test/gw?token=secret')).toBe('wss://gateway.test/gw');
    expect(suggestUrl('192.168.1.5')).toBe('ws://192.168.1.5:18789');
    expect(suggestUrl('ws://0.0.0.0:1')).toBe('ws://<host>:1');
  });

  it('187: ends at an address that is never dialled, also when a name means it', async () => {
    expect(await check('ws://169.254.169.254')).toMatchObject({
      failed_hop: 'address',
      code: 'gateway.address_forbidden',
    });
    const resolve = app.platform.resolve;
    app.platform.resolve = async () => ['169.254.169.254'];
    expect(await check('ws://innocent.test')).toMatchObject({ failed_hop: 'address' });
    if (resolve) app.platform.resolve = resolve;
  });

  it('ends at a name that this server does not know', async () => {
    expect(await check('ws://nobody.test')).toMatchObject({ failed_hop: 'dns', code: 'gateway.dns_failed' });
  });

  it('ends at a port where nothing listens', async () => {
    const url = `ws://127.0.0.1:${await findClosedPort()}`;
    const result = await check(url);
    expect(['gateway.refused', 'gateway.refused_container']).toContain(result.code);
    expect(result.failed_hop).toBe('tcp');
  });

  it('ends at a port that speaks plain text where TLS was asked for', async () => {
    const plain = await keep(startHttpServer({}));
    expectBlame(await check(at(plain, 'wss')), 'tls', 'gateway.tls_not_spoken');
  });

  it('ends at a certificate that nobody trusts, and shows it', async () => {
    const facts = { subject: 'gateway.test', fingerprint: expect.stringMatching(/^[0-9A-F:]{95}$/) };
    expectBlame(await check(at(await keep(startTlsServer()), 'wss')), 'tls', 'gateway.tls_untrusted', facts);
  });

  it('191: goes on past such a certificate where that was allowed, with a warning', async () => {
    const gateway = await scripted();
    const front = await keep(startTlsServer(Number(new URL(gateway.url).port)));
    const result = await check(at(front, 'wss'), { token: gateway.token, allow_insecure_tls: true });
    expect(result).toMatchObject({ ok: true, protocol: 4, server_version: '2026.9.6' });
    expect(hopOf(result, 'tls')).toMatchObject({ status: 'warn', code: 'gateway.tls_untrusted' });
  });

  it('ends at a port that speaks TLS where plain text was asked for', async () => {
    expectBlame(await check(at(await keep(startTlsServer()))), 'http', 'gateway.tls_required');
  });

  it('ends at another program', async () => {
    const answer = (_: unknown, response: import('node:http').ServerResponse) =>
      response.writeHead(200, { server: 'nginx' }).end('<html><title>Welcome to nginx!</title>');
    const other = await keep(startHttpServer({ answer }));
    const facts = { status: 200, server: 'nginx', title: 'Welcome to nginx!' };
    expectBlame(await check(at(other)), 'http', 'gateway.not_openclaw', facts);
  });

  it('ends at a gateway that starts', async () => {
    const starting = await keep(
      startHttpServer({
        answer: ({ url }, response) =>
          response.writeHead(url === '/readyz' ? 503 : 200).end(JSON.stringify({ ok: url !== '/readyz' })),
      }),
    );
    expectBlame(await check(at(starting)), 'http', 'gateway.starting');
  });

  it.each([
    ['403 Forbidden', 'gateway.proxy_untrusted'],
    ['401 Unauthorized', 'gateway.proxy_login'],
    ['302 Found\r\nLocation: https://login.test', 'gateway.proxy_login'],
    ['404 Not Found', 'gateway.no_upgrade'],
    ['200 OK', 'gateway.no_upgrade'],
    ['502 Bad Gateway', 'gateway.proxy_bad_gateway'],
    ['504 Gateway Timeout', 'gateway.proxy_bad_gateway'],
  ])('ends at an upgrade that is answered %s', async (status, code) => {
    const server = await keep(startHttpServer({ upgrade: `HTTP/1.1 ${status}` }));
    expectBlame(await check(at(server)), 'upgrade', code, { status: Number(status.slice(0, 3)) });
  });

  it('ends at a service that does not speak HTTP', async () => {
    const ssh = await keep(startSocketServer((socket) => void socket.write('SSH-2.0-OpenSSH_9.6\r\n')));
    expectBlame(await check(at(ssh)), 'upgrade', 'gateway.not_http');
  });

  it('ends at a service that accepts and says nothing', async () => {
    const result = await check(at(await keep(startSocketServer())));
    expectBlame(result, 'upgrade', 'gateway.handshake_timeout');
  });

  it('goes on past a gateway that does not greet, with a warning', async () => {
    const result = await check(at(await fake({ greets: false })));
    expect(hopOf(result, 'challenge')).toMatchObject({ status: 'warn', code: 'gateway.no_challenge' });
    expect(hopOf(result, 'version')).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['origin', 'gateway.origin', 'INVALID_REQUEST', 'CONTROL_UI_ORIGIN_NOT_ALLOWED'],
    ['auth', 'gateway.token_missing', 'NOT_PAIRED', 'DEVICE_IDENTITY_REQUIRED'],
    ['pairing', 'gateway.clock', 'INVALID_REQUEST', 'DEVICE_AUTH_SIGNATURE_EXPIRED'],
    ['pairing', 'gateway.device_identity', 'INVALID_REQUEST', 'DEVICE_AUTH_SIGNATURE_INVALID'],
    ['scopes', 'gateway.scope_missing', 'INVALID_REQUEST', 'AUTH_SCOPE_MISMATCH'],
    ['auth', 'gateway.connect_refused', 'INVALID_REQUEST', 'SOMETHING_NEW'],
  ])('ends at %s with %s', async (hop, code, gatewayCode, detail) => {
    const error = { code: gatewayCode, message: 'no', details: { code: detail } };
    expectBlame(await check(at(await fake({ refuses: { error, closeCode: 1008 } }))), hop, code);
  });

  it('ends at a gateway that is not available yet, by a word or by a close without one', async () => {
    const error = { code: 'UNAVAILABLE', message: 'starting', details: { reason: 'startup-sidecars' } };
    for (const refuses of [{ error, closeCode: 1013 }, { closeCode: 1013 }])
      expectBlame(await check(at(await fake({ refuses }))), 'auth', 'gateway.starting');
  });

  it('ends at a protocol that is not ours', async () => {
    const facts = { expected_protocol: 5, our_protocol: 4 };
    expectBlame(await checkScripted(await scripted({ protocols: [5] })), 'protocol', 'gateway.protocol', facts);
  });

  it('ends at a wrong token, and at one that is missing', async () => {
    const gateway = await scripted({ token: 'token-of-the-gateway' });
    expectBlame(await check(gateway.url, { token: 'wrong' }), 'auth', 'gateway.token_wrong');
    const none = { token: null, disable_device_pairing: true };
    expectBlame(await check(gateway.url, none), 'auth', 'gateway.token_missing');
  });

  it('ends at a pairing to be approved, names it, and goes on once it is', async () => {
    const gateway = await scripted({ pairing: 'required' });
    const waiting = await checkScripted(gateway);
    expectBlame(waiting, 'pairing', 'gateway.pairing_required', { reason: 'not-paired' });
    const [pending] = gateway.world.pendingDevices.values();
    expect(waiting.pairing).toEqual({ device_id: pending?.deviceId, request_id: pending?.requestId });
    expect(hopOf(waiting, 'pairing')?.fix?.command).toBe(`openclaw devices approve ${pending?.requestId}`);
    gateway.approveDevices();
    expect(await checkScripted(gateway)).toMatchObject({ ok: true, pairing: null });
  });

  it('ends without rights, and warns of those that are missing', async () => {
    const without = await fake({ hello: { auth: { scopes: [] } } });
    expectBlame(await check(at(without)), 'scopes', 'gateway.scopes_empty');
    const reader = await check(at(await fake({ hello: { auth: { scopes: ['operator.read'] } } })));
    expect(hopOf(reader, 'scopes')).toMatchObject({
      status: 'warn',
      code: 'gateway.scope_missing',
      facts: { missing: expect.arrayContaining(['operator.admin', 'operator.approvals']) },
    });
    expect(hopOf(reader, 'approvals')).toMatchObject({ status: 'warn', code: 'gateway.no_approval_route' });
  });

  it('ends at a version that is too old, or no version', async () => {
    expectBlame(await checkScripted(await scripted({ version: '2026.2.8' })), 'version', 'gateway.version_old');
    expectBlame(await checkScripted(await scripted({ version: 'latest' })), 'version', 'gateway.version_unknown');
    expect(await checkScripted(await scripted({ version: 'v2026.02.9-1' }))).toMatchObject({ ok: true });
  });

  it('ends at a configuration with errors, by their paths', async () => {
    const issues = [{ path: 'agents.entries.x', message: 'Unrecognized key', value: 'secret-value' }];
    const result = await check(at(await fake({ answers: { 'config.get': { valid: false, issues } } })));
    expectBlame(result, 'config', 'gateway.config_invalid', { issues: ['agents.entries.x: Unrecognized key'] });
    expect(JSON.stringify(result)).not.toContain('secret-value');
  });

  it('ends at an answer that cannot be read', async () => {
    const result = await check(at(await fake({ answers: { 'config.get': 'nonsense' } })));
    expectBlame(result, 'config', 'gateway.config_invalid', { refusal: expect.stringContaining('config.get') });
  });

  it('warns of a configuration that is not applied, of missing features, and of missing models', async () => {
    const config = { configRevisionHash: 'b', appliedConfigHash: 'a' };
    const result = await check(at(await fake({ answers: { 'config.get': config, 'models.list': { models: [] } } })));
    expect(hopOf(result, 'config')).toMatchObject({ status: 'warn', code: 'gateway.config_pending' });
    expect(hopOf(result, 'model')).toMatchObject({ status: 'warn', code: 'gateway.no_model' });
    const old = await checkScripted(await scripted({ without: ['cron.list', 'secrets.store.list'] }));
    expect(old.ok).toBe(true);
    expect(hopOf(old, 'capabilities')).toMatchObject({
      status: 'warn',
      code: 'gateway.capability_missing',
      facts: { missing: { 'cron.list': expect.any(String), 'secrets.store.list': expect.any(String) } },
    });
  });

  it('names what sockets say by their codes', () => {
    const code = (error: string, options?: object) =>
      diagnoseNetwork(Object.assign(new Error('x'), { code: error }), options).code;
    expect([
      code('ECONNREFUSED', { isLoopbackInContainer: true }),
      ...['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'EAI_AGAIN', 'SELF_SIGNED_CERT_IN_CHAIN'].map(
        (one) => code(one),
      ),
      ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED'].map((one) =>
        code(one),
      ),
    ]).toEqual([
      'gateway.refused_container',
      ...['gateway.unreachable', 'gateway.unreachable', 'gateway.unreachable', 'gateway.unreachable'],
      ...['gateway.dns_failed', 'gateway.tls_untrusted', 'gateway.tls_untrusted', 'gateway.tls_name'],
      'gateway.tls_date',
    ]);
    const several = new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })], 'all failed');
    expect(diagnoseNetwork(several).code).toBe('gateway.refused');
  });
});

describe('the way back', () => {
  it('ends when agents elsewhere are told an address of their own machine', () => {
    const blamed = expect.objectContaining({ diagnosis: 'gateway.base_url_unreachable' });
    for (const url of ['http://localhost:8000', 'http://127.0.0.1', 'http://[::1]:8000'])
      expect(() => judgeBaseUrl(url, ['10.1.2.3'])).toThrow(blamed);
    expect(() => judgeBaseUrl('http://localhost:8000', ['127.0.0.1'])).not.toThrow();
    expect(() => judgeBaseUrl('https://mc.test', ['10.1.2.3'])).not.toThrow();
  });

  it("is tried from the gateway's host when asked for, without a model", async () => {
    const commands: string[][] = [];
    let answer = { exitCode: 0, output: '200' };
    const gateway = await scripted({
      runCommand: ({ argv }) => {
        commands.push(argv);
        return answer;
      },
    });
    const reaches = await checkScripted(gateway, { asked: { reach_back: true } });
    expect(hopOf(reaches, 'reach_back')).toMatchObject({ status: 'ok', facts: { status: '200' } });
    expect(commands).toEqual([expect.arrayContaining(['curl', 'http://127.0.0.1:8000/healthz'])]);
    answer = { exitCode: 7, output: 'curl: (7) Failed to connect\n000' };
    const result = await checkScripted(gateway, { asked: { reach_back: true } });
    expectBlame(result, 'reach_back', 'gateway.base_url_unreachable', { exit_code: 7 });
    expect(gateway.world.cron.size).toBe(0);
  });
});

describe('a round trip, when asked for', () => {
  it('lets the default agent answer and leaves no session', async () => {
    const gateway = await scripted();
    const result = await checkScripted(gateway, { asked: { round_trip: true } });
    expect(hopOf(result, 'round_trip')).toMatchObject({ status: 'ok', facts: { agent: 'main' } });
    expect([...gateway.world.sessions.keys()].filter((key) => key.endsWith(':mc-diagnose'))).toEqual([]);
  });

  it('ends at a model that fails', async () => {
    const gateway = await scripted({ script: () => [{ fail: 'no credits' }] });
    expectBlame(
      await checkScripted(gateway, { asked: { round_trip: true } }),
      'round_trip',
      'gateway.agent_model_error',
    );
  });
});

describe('POST /gateways/check', () => {
  beforeAll(async () => {
    await app.router.listen({ port: 0, host: '127.0.0.1' });
  });
  const post = (payload: object, headers: Record<string, string> = {}) => {
    const address = app.router.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the router does not listen');
    return fetch(`http://127.0.0.1:${address.port}/api/v1/gateways/check`, {
      method: 'POST',
      headers: { ...app.owner.headers, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(payload),
    });
  };

  it('names its target, as JSON or as a stream, five times a minute', async () => {
    const body = { url: at(await fake()), token: 't' };
    expect(await (await post({})).json()).toMatchObject({ code: 'gateway.target_required' });
    expect(await (await post(body)).json()).toMatchObject({ ok: true, failed_hop: null, hops: expect.any(Array) });
    const stream = await (await post(body, { accept: 'text/event-stream' })).text();
    const events = [...stream.matchAll(/event: (\w+)\ndata: (.*)\n/g)].map(([, event, data]) => [
      event,
      JSON.parse(data ?? ''),
    ]);
    const result = events.at(-1)?.[1];
    expect(events.slice(0, -1)).toEqual(result.hops.map((hop: object) => ['hop', hop]));
    for (let count = 0; count < 3; count++) expect((await post(body)).status).toBe(200);
    const refused = await post(body);
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'rate_limit.exceeded' }]);
  });

  it('is for admins of the organization only, and of their own gateways', async () => {
    const member = await makeMember(app, app.owner.orgId, { all_boards_write: true });
    expect((await post({ url: 'ws://127.0.0.1:1' }, member.headers)).status).toBe(403);
    const foreign = await makeGateway(app, await makeOrganization(app));
    expect((await post({ gateway_id: foreign.gatewayId })).status).toBe(404);
  });
});
