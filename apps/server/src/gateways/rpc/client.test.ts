import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Platform } from '#server/platform/context.ts';
import { createLog } from '#server/platform/log/log.ts';
import {
  type ScriptedGateway,
  type ScriptedGatewayOptions,
  startScriptedGateway,
} from '../../../test/gateway/scripted-gateway.ts';
import { readTranscript } from '../../../test/gateway/transcripts.ts';
import type { GatewayFrame } from '../connections/connection.ts';
import { type Client, type ClientOptions, type Credentials, openClient } from './client.ts';
import { type Device, type DeviceClaim, toDeviceBlock, toDeviceId, toSignedText } from './device-auth.ts';
import { GatewayRefusal } from './refusal.ts';

const lines: string[] = [];
const log = createLog({ logLevel: 'trace', logFormat: 'json' }, { write: (line) => lines.push(line) });
// The client takes nothing of the platform but its log.
const platform = { log } as Platform;

function makeDevice(): Device {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = String(publicKey.export({ format: 'jwk' }).x);
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { id: toDeviceId(raw), publicKey: raw, privateKey: pem };
}

const closing: (() => unknown)[] = [];
let device: Device;
beforeEach(() => {
  device = makeDevice();
  lines.length = 0;
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function open(
  url: string,
  credentials: Partial<Credentials> = {},
  options: Partial<ClientOptions> = {},
): Promise<Client> {
  const destination = { url: new URL(url), addresses: ['127.0.0.1'], allowInsecureTls: false };
  const all = { token: null, deviceToken: null, device, ...credentials };
  const client = await openClient(platform, destination, all, { caps: [], ...options });
  closing.push(() => client.close());
  return client;
}
async function scripted(options?: ScriptedGatewayOptions): Promise<ScriptedGateway> {
  const gateway = await startScriptedGateway(options);
  closing.push(() => gateway.close());
  return gateway;
}

/** A server that sees every frame and says what `answer` does. */
async function raw(answer: (frame: { id: string; method: string; params: never }, ws: WebSocket) => void) {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const requests: { url: string | undefined; headers: Record<string, unknown> }[] = [];
  sockets.on('connection', (ws, request) => {
    requests.push({ url: request.url, headers: request.headers });
    ws.send(JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n', ts: 1 } }));
    ws.on('message', (data) => answer(JSON.parse(String(data)), ws));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const ws of sockets.clients) ws.terminate();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

describe('189: the signature of a device', () => {
  const claim: DeviceClaim = {
    ...{ clientId: 'gateway-client', clientMode: 'backend', role: 'operator', platform: 'Linux' },
    ...{ scopes: ['operator.read', 'operator.write'], signedAt: 1795229755963, token: 'secret', nonce: 'n-1' },
  };

  it('is about the text of version 3, and of version 2 without platform and family', () => {
    const common = 'd|gateway-client|backend|operator|operator.read,operator.write|1795229755963|secret|n-1';
    expect(toSignedText('d', claim)).toBe(`v3|${common}|linux|`);
    expect(toSignedText('d', claim, 2)).toBe(`v2|${common}`);
  });

  it('verifies under the public key whose hash the device is called by', () => {
    const { id, publicKey, signature, signedAt, nonce } = toDeviceBlock(device, claim);
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    const bytes = Buffer.from(signature, 'base64url');
    expect(verify(null, Buffer.from(toSignedText(id, claim)), key, bytes)).toBe(true);
    expect(verify(null, Buffer.from(toSignedText(id, { ...claim, token: 'other' })), key, bytes)).toBe(false);
    expect([id, signedAt, nonce]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), 1795229755963, 'n-1']);
  });
});

describe('opening', () => {
  it('proves who we are and says what the gateway is', async () => {
    const gateway = await scripted();
    const { hello, wasChallenged } = await open(gateway.url, { token: gateway.token });
    expect(hello).toMatchObject({ protocol: 4, serverVersion: '2026.9.6', bootId: gateway.world.bootId });
    expect([wasChallenged, hello.scopes]).toEqual([true, expect.arrayContaining(['operator.admin'])]);
    expect([...gateway.world.connections].map(({ deviceId }) => deviceId)).toEqual([device.id]);
  });

  it('190: works with protocols 3 and 4, and with no other', async () => {
    for (const [protocols, protocol] of [
      [[3], 3],
      [[3, 4], 4],
    ] as const) {
      const gateway = await scripted({ protocols });
      expect((await open(gateway.url, { token: gateway.token })).hello.protocol).toBe(protocol);
    }
    const newer = await scripted({ protocols: [5] });
    await expect(open(newer.url, { token: newer.token })).rejects.toMatchObject({
      ...{ code: 'gateway.protocol_unsupported', status: 502, diagnosis: 'gateway.protocol', isTransient: false },
      body: { diagnosis: 'gateway.protocol', expected_protocol: 5 },
    });
  });

  it.each([
    ['connect-wrong-token', 'gateway.token_wrong'],
    ['connect-no-token', 'gateway.token_missing'],
    ['connect-old-protocol', 'gateway.protocol'],
    ['pairing-required', 'gateway.pairing_required'],
  ])('190: understands the recorded refusal %s', async (name, diagnosis) => {
    const refusal = readTranscript(name).find(({ dir, frame }) => dir === 'recv' && frame.type === 'res');
    const code = name === 'connect-old-protocol' ? 1002 : 1008;
    const { url } = await raw(({ id }, ws) => {
      ws.send(JSON.stringify({ ...refusal?.frame, id }));
      ws.close(code);
    });
    await expect(open(url, { token: 't' })).rejects.toMatchObject({ diagnosis });
  });

  it('sends the token in the first frame only: not in the address, no header, no Origin', async () => {
    const sent: unknown[] = [];
    const { url, requests } = await raw((frame, ws) => {
      sent.push(frame);
      ws.send(JSON.stringify({ type: 'res', id: frame.id, ok: true, payload: { type: 'hello-ok', protocol: 4 } }));
    });
    await open(`${url}/path?x=1`, { token: 'secret-token' }, { caps: ['approvals'] });
    expect(requests).toEqual([
      { url: '/path?x=1', headers: expect.not.objectContaining({ origin: expect.anything() }) },
    ]);
    expect(JSON.stringify(requests)).not.toContain('secret-token');
    expect(sent).toMatchObject([
      {
        method: 'connect',
        params: {
          ...{ minProtocol: 3, maxProtocol: 4, role: 'operator', caps: ['approvals'] },
          client: { id: 'gateway-client', mode: 'backend' },
          auth: { token: 'secret-token' },
          device: { id: device.id, nonce: 'n', signedAt: 1 },
        },
      },
    ]);
    expect(lines.join()).not.toContain('secret-token');
  });

  it('uses the device token first, and the shared one once when that is revoked', async () => {
    const gateway = await scripted({ pairing: 'required' });
    const both = { token: gateway.token, deviceToken: null };
    await expect(open(gateway.url, both)).rejects.toMatchObject({ diagnosis: 'gateway.pairing_required' });
    gateway.approveDevices();
    const { deviceToken } = await open(gateway.url, both);
    expect(deviceToken).toEqual(expect.any(String));
    expect((await open(gateway.url, { token: null, deviceToken })).hello.scopes).toContain('operator.admin');
    const revoked = { deviceToken: 'revoked' };
    expect((await open(gateway.url, { ...revoked, token: gateway.token })).hello.protocol).toBe(4);
    await expect(open(gateway.url, revoked)).rejects.toMatchObject({ diagnosis: 'gateway.device_token_revoked' });
  });
});

describe('calling', () => {
  it('answers the payload, or throws what the gateway refused', async () => {
    const gateway = await scripted();
    const { call } = await open(gateway.url, { token: gateway.token });
    expect(await call('agents.list')).toMatchObject({ defaultId: 'main' });
    const refused = await call('agents.delete', { agentId: 'nobody' }).catch((error) => error);
    expect(refused).toBeInstanceOf(GatewayRefusal);
    expect(refused).toMatchObject({
      ...{ code: 'gateway.rpc_failed', status: 502, isRetryable: false },
      body: { method: 'agents.delete', gateway_code: 'INVALID_REQUEST' },
      rpc: { code: 'INVALID_REQUEST', message: expect.stringContaining('not found') },
    });
    const error = { code: 'UNAVAILABLE', message: 'restarting', retryAfterMs: 1500 };
    gateway.failNext('agents.list', error);
    await expect(call('agents.list')).rejects.toMatchObject({
      ...{ code: 'gateway.restarting', isRetryable: true, retryAfterS: 2 },
    });
    gateway.failNext('agents.list', { code: 'FORBIDDEN', message: 'no', details: { missingScope: 'operator.admin' } });
    await expect(call('agents.list')).rejects.toMatchObject({
      ...{ code: 'gateway.scope_missing', body: { scope: 'operator.admin' } },
    });
  });

  it('193: without an answer ends after its limit and does not block others', async () => {
    const gateway = await scripted();
    const { call } = await open(gateway.url, { token: gateway.token });
    gateway.loseAnswer('sessions.list');
    const lost = call('sessions.list', {}, { timeoutMs: 100 });
    expect(await call('agents.list')).toMatchObject({ defaultId: 'main' });
    await expect(lost).rejects.toMatchObject({ code: 'gateway.timeout', isRetryable: true });
    expect(await call('sessions.list')).toMatchObject({ sessions: [] });
  });

  it('ends with the connection, whose close says how', async () => {
    const gateway = await scripted();
    const broken = await open(gateway.url, { token: gateway.token });
    gateway.delay('agents.list', 60_000);
    const lost = broken.call('agents.list');
    gateway.dropConnections();
    await expect(lost).rejects.toMatchObject({ code: 'gateway.unreachable', isRetryable: true });
    await expect(broken.call('agents.list')).rejects.toMatchObject({ code: 'gateway.unreachable' });
    const restarted = await open(gateway.url, { token: gateway.token });
    const waiting = restarted.call('agents.list');
    gateway.restart();
    await expect(waiting).rejects.toMatchObject({ code: 'gateway.restarting', isRetryable: true });
    expect((await restarted.closed).code).toBe(1012);
  });

  it('190: ignores what is no frame, unknown kinds, fields and events, and second answers', async () => {
    const events: GatewayFrame[] = [];
    const { url } = await raw(({ id, method }, ws) => {
      const send = (frame: unknown) => ws.send(JSON.stringify(frame));
      const payload = method === 'connect' ? { type: 'hello-ok', protocol: 4, future: 1 } : { n: 1 };
      ws.send('no json');
      ws.send(Buffer.from('{"type":"event","event":"binary"}'), { binary: true });
      for (const frame of [null, 1, {}, { type: 'future' }, { type: 'res' }, { type: 'event' }]) send(frame);
      send({ type: 'event', event: 'of.the.future', payload: { x: 1 }, seq: 7, more: true });
      send({ type: 'res', id, ok: true, payload, more: true });
      send({ type: 'res', id, ok: true, payload: 'again' });
    });
    const { call } = await open(url, {}, { onEvent: (frame) => events.push(frame) });
    expect(await call('agents.list')).toEqual({ n: 1 });
    const event = { event: 'of.the.future', payload: { x: 1 }, seq: 7 };
    expect(events).toEqual([event, event]);
  });

  it('logs methods and how they ended, never what they say', async () => {
    const gateway = await scripted();
    const { call } = await open(gateway.url, { token: gateway.token });
    await call('secrets.store.set', { name: 'MC_X', value: 'canary-value', kind: 'secret' });
    expect(lines.join()).toContain('secrets.store.set');
    expect(lines.join()).not.toContain('canary-value');
  });
});
