import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import type { GatewayFrame, Hello } from '../connections/connection.ts';
import { type Channel, type Closed, createChannel } from './channel.ts';
import { type Device, toDeviceBlock } from './device-auth.ts';
import { type ConnectRefusal, diagnoseRefusal } from './diagnoses.rules.ts';
import { createSocket, type Destination, isLoopback, opened } from './dial.ts';
import { ConnectFailure } from './failure.ts';
import { Challenge, HelloOk } from './frames.schema.ts';
import { GatewayRefusal } from './refusal.ts';

const PROTOCOLS = { minProtocol: 3, maxProtocol: 4 };
const ROLE = 'operator';
const CLIENT = { id: 'gateway-client', mode: 'backend', version: '0.1.0', platform: 'linux' };

/** What we ask for: reading, writing, provisioning, approvals, pairing, questions. */
export const SCOPES = [
  ...['operator.read', 'operator.write', 'operator.admin'],
  ...['operator.approvals', 'operator.pairing', 'operator.questions'],
];
/** Makes a connection the one that is told of tools and of approvals. */
export const SUPERVISOR_CAPS = ['tool-events', 'approvals'];

const OPEN_MS = 10_000;
const CHALLENGE_MS = 2_000;
const CONNECT_MS = 10_000;
const DEFAULT_TICK_MS = 30_000;
/** Our own code: the gateway fell silent. */
const SILENT_CLOSE = 4000;

/** What opens a gateway. */
export interface Credentials {
  token: string | null;
  deviceToken: string | null;
  /** Null: no device block is sent. */
  device: Device | null;
}

export interface ClientOptions {
  caps: string[];
  onEvent?: (frame: GatewayFrame) => void;
  /** Shorter limits of a check. */
  openMs?: number;
  connectMs?: number;
  /** Ends the connection, or the try to make it. */
  signal?: AbortSignal;
}

/** An open, authenticated connection. */
export interface Client extends Pick<Channel, 'call' | 'close'> {
  hello: Hello;
  /** Whether the gateway greeted first; old ones do not. */
  wasChallenged: boolean;
  /** The challenge's time minus ours, in ms. */
  skewMs: number | null;
  /** What our device may use from now on; null when the gateway gave it nothing. */
  deviceToken: string | null;
  /** The device token that was sent was not accepted any more; the shared one was. */
  fellBack: boolean;
  closed: Promise<Closed>;
}

/**
 * Connects and authenticates: with the device token first, with the shared one when that is not accepted any more.
 * Throws {@link ConnectFailure}.
 */
export async function openClient(
  platform: Platform,
  destination: Destination,
  credentials: Credentials,
  options: ClientOptions,
): Promise<Client> {
  try {
    return await connect(platform, destination, credentials, options);
  } catch (error) {
    const isRevoked = error instanceof ConnectFailure && error.diagnosis === 'gateway.device_token_revoked';
    if (!isRevoked || credentials.token === null) throw error;
    const client = await connect(platform, destination, { ...credentials, deviceToken: null }, options);
    return { ...client, fellBack: true };
  }
}

async function connect(
  { log }: Platform,
  destination: Destination,
  credentials: Credentials,
  { caps, onEvent, openMs = OPEN_MS, connectMs = CONNECT_MS, signal }: ClientOptions,
): Promise<Client> {
  const socket = createSocket(destination, openMs);
  let greet: (challenge: Challenge | undefined) => void = () => undefined;
  const greeting = new Promise<Challenge | undefined>((resolve) => {
    greet = resolve;
  });
  const channel = createChannel(socket, log, (frame) => {
    if (frame.event === 'connect.challenge') greet(Challenge.safeParse(frame.payload).data);
    else onEvent?.(frame);
  });
  const end = () => socket.terminate();
  signal?.addEventListener('abort', end);
  void channel.closed.then(() => signal?.removeEventListener('abort', end));
  try {
    await opened(socket, destination);
    const challenge = await Promise.race([greeting, channel.closed, sleep(CHALLENGE_MS, undefined)]);
    const greeted = challenge && 'nonce' in challenge ? challenge : undefined;
    const payload = await channel
      .call('connect', toParams(credentials, greeted, caps), { timeoutMs: connectMs })
      .catch(async (error) => {
        throw await toFailure(error, channel, credentials, destination);
      });
    const hello = HelloOk.safeParse(payload).data;
    if (!hello) throw new ConnectFailure({ code: 'gateway.connect_refused', facts: { refusal: 'no hello-ok' } });
    return toClient(channel, hello, greeted);
  } catch (error) {
    socket.terminate();
    throw error;
  }
}

/** The one frame that holds a secret. A gateway that sends no challenge knows no devices. */
function toParams({ token, deviceToken, device }: Credentials, challenge: Challenge | undefined, caps: string[]) {
  const auth = deviceToken !== null ? { deviceToken } : token !== null ? { token } : undefined;
  const claim = challenge && {
    ...{ clientId: CLIENT.id, clientMode: CLIENT.mode, platform: CLIENT.platform, role: ROLE, scopes: SCOPES },
    ...{ token: deviceToken ?? token ?? '', signedAt: challenge.ts, nonce: challenge.nonce },
  };
  return {
    ...PROTOCOLS,
    client: { ...CLIENT, displayName: 'Mission Control' },
    role: ROLE,
    scopes: SCOPES,
    caps,
    ...(auth && { auth }),
    ...(device && claim && { device: toDeviceBlock(device, claim) }),
  };
}

/** Why the gateway did not let us in. One that closes without a word is told by the code of its close. */
async function toFailure(
  error: unknown,
  channel: Channel,
  { token, deviceToken, device }: Credentials,
  { addresses }: Destination,
): Promise<unknown> {
  if (error instanceof GatewayRefusal) {
    const { code, message, details, retryAfterMs } = error.rpc;
    const refusal: ConnectRefusal = { code, message, details: toRecord(details), retryAfterMs };
    const tried = { hasToken: token !== null, hasDevice: device !== null, hasDeviceToken: deviceToken !== null };
    return new ConnectFailure(diagnoseRefusal(refusal, { ...tried, isLoopback: isLoopback(addresses) }));
  }
  if (!(error instanceof Problem)) return error;
  if (error.code === 'gateway.timeout') return new ConnectFailure({ code: 'gateway.handshake_timeout', facts: {} });
  const { code } = await channel.closed;
  const isStarting = code === 1012 || code === 1013;
  if (isStarting) return new ConnectFailure({ code: 'gateway.starting', facts: { close_code: code } });
  const isRefused = code === 1008 || code === 1002;
  return new ConnectFailure({
    code: isRefused ? 'gateway.connect_refused' : 'gateway.unreachable',
    facts: { close_code: code },
  });
}

const toRecord = (details: unknown): Record<string, unknown> =>
  typeof details === 'object' && details !== null ? { ...details } : {};

function toClient(channel: Channel, hello: HelloOk, challenge: Challenge | undefined): Client {
  const { protocol, server, auth, policy } = hello;
  watchSilence(channel, policy.tickIntervalMs ?? DEFAULT_TICK_MS);
  return {
    call: channel.call,
    close: channel.close,
    closed: channel.closed,
    hello: {
      protocol,
      serverVersion: server.version ?? null,
      buildId: server.buildId ?? null,
      bootId: server.bootId ?? null,
      scopes: auth.scopes,
    },
    wasChallenged: challenge !== undefined,
    skewMs: challenge ? challenge.ts - Date.now() : null,
    deviceToken: auth.deviceToken ?? null,
    fellBack: false,
  };
}

/** A gateway ticks; one that says nothing for two ticks is gone, whatever its socket says. */
function watchSilence(channel: Channel, tickMs: number): void {
  const timer = setInterval(() => {
    if (performance.now() - channel.lastFrameAt() > 2 * tickMs) channel.close(SILENT_CLOSE, 'silent');
  }, tickMs / 2).unref();
  void channel.closed.then(() => clearInterval(timer));
}
