import { createHash, createPrivateKey, sign } from 'node:crypto';

/** An Ed25519 identity of this server. */
export interface Device {
  /** SHA-256 of the raw public key, lower-case hex. */
  id: string;
  /** The raw public key as base64url. */
  publicKey: string;
  /** PKCS #8, PEM. */
  privateKey: string;
}

export const toDeviceId = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex');

/** What the signature of a device is about. */
export interface DeviceClaim {
  clientId: string;
  clientMode: string;
  role: string;
  scopes: readonly string[];
  /** Of the challenge, in ms. */
  signedAt: number;
  /** Exactly what is sent as `auth.token` or `auth.deviceToken`; empty for none. */
  token: string;
  /** Of the challenge. */
  nonce: string;
  platform: string;
}

/** The text that a device signs, version 3; version 2 is the same without platform and family. */
export function toSignedText(deviceId: string, claim: DeviceClaim, version: 2 | 3 = 3): string {
  const { clientId, clientMode, role, scopes, signedAt, token, nonce, platform } = claim;
  const parts = [`v${version}`, deviceId, clientId, clientMode, role, scopes.join(','), signedAt, token, nonce];
  return [...parts, ...(version === 3 ? [platform.toLowerCase(), ''] : [])].join('|');
}

/** The device block of a `connect`. */
export const toDeviceBlock = ({ id, publicKey, privateKey }: Device, claim: DeviceClaim) => ({
  id,
  publicKey,
  signature: sign(null, Buffer.from(toSignedText(id, claim)), createPrivateKey(privateKey)).toString('base64url'),
  signedAt: claim.signedAt,
  nonce: claim.nonce,
});
