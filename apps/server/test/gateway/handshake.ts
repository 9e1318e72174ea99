import { createHash, createPublicKey, randomUUID, timingSafeEqual, verify } from 'node:crypto';
import { isRecord, text } from './methods/method.ts';
import { approveDevice } from './methods/pairing.ts';
import { invalid, Refusal, type World } from './world.ts';

export interface Challenge {
  nonce: string;
  ts: number;
}

/** Who may come in, as the gateway's own configuration would say. */
export interface Door {
  /** Undefined: the gateway asks for none. */
  token: string | undefined;
  /** Whether unknown devices wait for somebody's approval; else a signed device is as good as none, as on loopback. */
  pairing: 'off' | 'required';
  protocols: readonly number[];
}

export interface Granted {
  clientId: string;
  deviceId: string | null;
  scopes: string[];
  caps: string[];
  method: string;
  protocol: number;
  deviceToken?: string;
}

/** A refusal before hello, after which the gateway closes. */
export class Refused extends Refusal {
  readonly closeCode: number;
  readonly reason: string;

  constructor(refusal: Refusal, { closeCode = 1008, reason = refusal.body.message } = {}) {
    super(refusal.body);
    this.closeCode = closeCode;
    this.reason = reason;
  }
}

/** Decides about a `connect` request. Throws `Refused` with the recorded bodies. */
export function admit(world: World, door: Door, challenge: Challenge, params: Record<string, unknown>): Granted {
  const protocol = checkProtocol(door, params);
  const client = isRecord(params.client) ? params.client : {};
  const auth = isRecord(params.auth) ? params.auth : {};
  const device = isRecord(params.device) ? checkDevice(challenge, params, params.device) : undefined;
  const byDeviceToken = checkToken(world, door, auth, device?.id);
  const granted = {
    clientId: text(client.id),
    deviceId: device?.id ?? null,
    scopes: strings(params.scopes),
    caps: strings(params.caps),
    method: byDeviceToken ? 'device-token' : 'token',
    protocol,
  };
  if (door.pairing === 'off') return granted;
  // From another host, who does not say which device it is comes in without rights.
  if (!device) return { ...granted, scopes: [] };
  return { ...granted, ...checkPairing(world, device, params, granted.scopes) };
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

const notPaired = (message: string, details: Record<string, unknown>): Refusal =>
  new Refusal({ code: 'NOT_PAIRED', message, details });

function checkProtocol({ protocols }: Door, params: Record<string, unknown>): number {
  const [min, max] = [Number(params.minProtocol), Number(params.maxProtocol)];
  const protocol = protocols.findLast((version) => version >= min && version <= max);
  if (protocol !== undefined) return protocol;
  const details = {
    code: 'PROTOCOL_MISMATCH',
    clientMinProtocol: min,
    clientMaxProtocol: max,
    expectedProtocol: protocols.at(-1),
    minimumProbeProtocol: 3,
  };
  throw new Refused(invalid('protocol mismatch', details), { closeCode: 1002 });
}

/** Returns whether a device token was what let it in. */
function checkToken(world: World, door: Door, auth: Record<string, unknown>, deviceId: string | undefined): boolean {
  if (door.token === undefined) return false;
  if (typeof auth.deviceToken === 'string') {
    const paired = world.pairedDevices.get(deviceId ?? '');
    if (paired && paired.deviceToken !== '' && paired.deviceToken === auth.deviceToken) return true;
    throw mismatch('unauthorized: device token mismatch', 'device_token_mismatch');
  }
  const given = text(auth.token) || text(auth.password);
  if (given === '') {
    throw new Refused(notPaired('device identity required', { code: 'DEVICE_IDENTITY_REQUIRED' }));
  }
  if (!isSame(given, door.token)) {
    throw mismatch('unauthorized: gateway token mismatch (provide gateway auth token)', 'token_mismatch');
  }
  return false;
}

const mismatch = (message: string, authReason: string): Refused =>
  new Refused(
    invalid(message, {
      code: 'AUTH_TOKEN_MISMATCH',
      authReason,
      canRetryWithDeviceToken: false,
      recommendedNextStep: 'update_auth_credentials',
    }),
  );

const isSame = (a: string, b: string): boolean => {
  const [left, right] = [a, b].map((value) => createHash('sha256').update(value).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
};

interface Device {
  id: string;
  publicKey: string;
}

/** Verifies the device's signature over the text that `protocol.md` gives (version 3). */
function checkDevice(challenge: Challenge, params: Record<string, unknown>, device: Record<string, unknown>): Device {
  const deviceError = (code: string) => new Refused(invalid('device identity rejected', { code }));
  const raw = Buffer.from(text(device.publicKey), 'base64url');
  if (raw.length !== 32) throw deviceError('DEVICE_AUTH_PUBLIC_KEY_INVALID');
  if (createHash('sha256').update(raw).digest('hex') !== device.id) throw deviceError('DEVICE_AUTH_DEVICE_ID_MISMATCH');
  if (device.nonce !== challenge.nonce) throw deviceError('DEVICE_AUTH_NONCE_MISMATCH');
  if (device.signedAt !== challenge.ts) throw deviceError('DEVICE_AUTH_SIGNATURE_EXPIRED');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text(device.publicKey) }, format: 'jwk' });
  const signature = Buffer.from(text(device.signature), 'base64url');
  if (!verify(null, Buffer.from(toSigned(challenge, params, text(device.id))), key, signature)) {
    throw deviceError('DEVICE_AUTH_SIGNATURE_INVALID');
  }
  return { id: text(device.id), publicKey: text(device.publicKey) };
}

function toSigned({ nonce, ts }: Challenge, params: Record<string, unknown>, deviceId: string): string {
  const client = isRecord(params.client) ? params.client : {};
  const auth = isRecord(params.auth) ? params.auth : {};
  const low = (value: unknown) => text(value).trim().toLowerCase();
  return [
    'v3',
    deviceId,
    text(client.id),
    text(client.mode),
    text(params.role),
    strings(params.scopes).join(','),
    ts,
    text(auth.token) || text(auth.deviceToken),
    nonce,
    low(client.platform),
    low(client.deviceFamily),
  ].join('|');
}

/** The scopes and the token of a paired device; an unknown one is noted as waiting. */
function checkPairing(
  world: World,
  device: Device,
  params: Record<string, unknown>,
  scopes: string[],
): { scopes: string[]; deviceToken: string } {
  const paired = world.pairedDevices.get(device.id);
  if (paired && paired.deviceToken !== '') {
    const { deviceToken, scopes: allowed } = paired;
    if (scopes.every((scope) => allowed.includes(scope))) return { scopes, deviceToken };
    throw new Refused(invalid('requested scopes exceed the approved ones', { code: 'AUTH_SCOPE_MISMATCH' }));
  }
  const waiting = [...world.pendingDevices.values()].find(({ deviceId }) => deviceId === device.id);
  const client = isRecord(params.client) ? params.client : {};
  const pending = waiting ?? {
    requestId: randomUUID(),
    deviceId: device.id,
    publicKey: device.publicKey,
    platform: text(client.platform),
    clientId: text(client.id),
    clientMode: text(client.mode),
    role: text(params.role),
    scopes,
    ts: Date.now(),
  };
  world.pendingDevices.set(pending.requestId, pending);
  world.emit('device.pair.requested', pending);
  const message = 'pairing required: device is not approved yet';
  const refusal = notPaired(message, {
    code: 'PAIRING_REQUIRED',
    reason: 'not-paired',
    requestId: pending.requestId,
    remediationHint: 'Approve this device from the pending pairing requests.',
    deviceId: device.id,
    requestedRole: pending.role,
    requestedScopes: scopes,
  });
  throw new Refused(refusal, { reason: `${message} (requestId: ${pending.requestId})` });
}

/** Approves every device that waits, as somebody at the gateway would. */
export function approveAll(world: World): void {
  for (const requestId of [...world.pendingDevices.keys()]) approveDevice(world, requestId);
}
