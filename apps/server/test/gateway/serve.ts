import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { WebSocket } from 'ws';
import type { Faults } from './faults.ts';
import { admit, type Challenge, type Door, type Granted, Refused } from './handshake.ts';
import { isRecord, type Params, text } from './methods/method.ts';
import { answerCall, methodNames } from './methods/table.ts';
import { type Connection, configHash, invalid, Refusal, type World } from './world.ts';

/** A call as it came in. */
export interface GatewayCall {
  method: string;
  params: Params;
  connectionId: string;
}

export interface Serving {
  world: World;
  door: Door;
  calls: GatewayCall[];
  faults: Faults;
  tickIntervalMs: number;
  /** Methods that this gateway does not have. */
  without: readonly string[];
}

const HELLO = JSON.parse(readFileSync(new URL('transcripts/hello-ok.json', import.meta.url), 'utf8')).payload;

/** Speaks with one client from the challenge to the end. */
export function serve(ws: WebSocket, serving: Serving): void {
  const { world, faults } = serving;
  const challenge: Challenge = { nonce: randomUUID(), ts: Date.now() };
  let connection: Connection | undefined;
  const send = (frame: unknown) => {
    if (!faults.isSilent() && ws.readyState === ws.OPEN) ws.send(JSON.stringify(frame));
  };
  const payload = { ...challenge, capabilities: ['model-catalog-snapshot'] };
  send({ type: 'event', event: 'connect.challenge', payload });
  ws.on('message', (data, isBinary) => {
    const frame = isBinary ? undefined : parse(String(data));
    if (frame === undefined) return; // not JSON: ignored by the gateway, too
    if (connection) {
      void answer(serving, connection, frame, send);
      return;
    }
    connection = greet(ws, serving, challenge, { frame, send });
  });
  ws.on('close', () => {
    if (connection) world.connections.delete(connection);
  });
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** Answers the first frame: hello, or a refusal and the end. */
function greet(
  ws: WebSocket,
  serving: Serving,
  challenge: Challenge,
  { frame, send }: { frame: unknown; send: (frame: unknown) => void },
): Connection | undefined {
  const id = isRecord(frame) ? text(frame.id) : 'invalid';
  try {
    if (!isRecord(frame) || frame.method !== 'connect' || !isRecord(frame.params)) {
      throw new Refused(invalid('invalid handshake: first request must be connect'));
    }
    const granted = admit(serving.world, serving.door, challenge, frame.params);
    const connection = createConnection(granted, send);
    send({ type: 'res', id, ok: true, payload: toHello(serving, granted, connection.id) });
    serving.world.connections.add(connection);
    const tick = setInterval(() => connection.event('tick', { ts: Date.now() }), serving.tickIntervalMs);
    ws.on('close', () => clearInterval(tick));
    return connection;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    send({ type: 'res', id, ok: false, error: error.body });
    ws.close(error.closeCode, error.reason);
    return undefined;
  }
}

function createConnection({ clientId, deviceId, scopes, caps }: Granted, send: (frame: unknown) => void): Connection {
  let seq = 0;
  return {
    id: randomUUID(),
    clientId,
    deviceId,
    scopes: new Set(scopes),
    caps: new Set(caps),
    isSubscribed: false,
    subscribedKeys: new Set(),
    event(event, payload) {
      seq += 1;
      send({ type: 'event', event, payload, seq });
    },
  };
}

function toHello({ world, door, tickIntervalMs, without }: Serving, granted: Granted, connId: string) {
  const { protocol, method, scopes, deviceToken } = granted;
  return {
    ...HELLO,
    protocol,
    server: { ...HELLO.server, version: world.version, bootId: world.bootId, connId },
    features: { ...HELLO.features, methods: methodNames.filter((name) => !without.includes(name)) },
    snapshot: {
      ...HELLO.snapshot,
      uptimeMs: Date.now() - world.startedAt,
      appliedConfigHash: configHash(world, world.appliedRevision),
      configPath: `${world.dir}/openclaw.json`,
      stateDir: `${world.dir}/state`,
      authMode: door.token === undefined ? 'none' : 'token',
    },
    auth: { method, role: 'operator', scopes, ...(deviceToken && { deviceToken, issuedAtMs: Date.now() }) },
    policy: { ...HELLO.policy, tickIntervalMs },
  };
}

async function answer(
  serving: Serving,
  connection: Connection,
  frame: unknown,
  send: (frame: unknown) => void,
): Promise<void> {
  const { world, calls, faults, without } = serving;
  if (!isRecord(frame) || frame.type !== 'req' || typeof frame.method !== 'string') {
    send({ type: 'res', id: 'invalid', ok: false, error: invalid('invalid request frame').body });
    return;
  }
  const { id, method } = frame;
  const params = isRecord(frame.params) ? frame.params : {};
  calls.push({ method, params, connectionId: connection.id });
  const fault = faults.take(method);
  const reply = toReply(() => {
    if (fault.refusal) throw new Refusal(fault.refusal);
    if (without.includes(method)) throw invalid(`unknown method: ${method}`);
    return answerCall(world, connection, method, params);
  });
  if (fault.isAnswerLost) return;
  if (fault.delayMs > 0) await new Promise<void>((resolve) => world.later(fault.delayMs, resolve));
  send({ type: 'res', id, ...reply });
}

function toReply(work: () => unknown): Record<string, unknown> {
  try {
    return { ok: true, payload: work() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.body };
    const message = error instanceof Error ? error.message : 'unknown';
    return { ok: false, error: { code: 'UNAVAILABLE', message } };
  }
}
