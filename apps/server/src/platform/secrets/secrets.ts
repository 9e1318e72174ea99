import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Secrets {
  /** `key id (1 byte) | nonce (12) | ciphertext | tag (16)`; `place` (`table.column:row id`) is bound to it. */
  encrypt(plain: string, place: string): Buffer;
  /** Throws when the value was made under another key or for another place. */
  decrypt(sealed: Buffer, place: string): string;
  /** The value under the current key, when it was made under the previous one; else undefined. */
  renew(sealed: Buffer, place: string): Buffer | undefined;
  /** 32 bytes for one purpose, always the same under one key. */
  derive(purpose: string): Buffer;
}

/** A key and the byte in front of each value that names it. */
interface Key {
  id: number;
  key: Buffer;
}

/**
 * AES-256-GCM under `current`; values made under `previous` still open.
 * @param current 32 bytes. @param previous 32 bytes, while keys rotate.
 */
export function createSecrets(current: Buffer, previous?: Buffer): Secrets {
  const active: Key = { id: keyId(current), key: current };
  const older: Key[] = previous ? [{ id: keyId(previous), key: previous }] : [];
  const encrypt = (plain: string, place: string): Buffer => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', active.key, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([active.id]), nonce, sealed, cipher.getAuthTag()]);
  };
  return {
    encrypt,
    decrypt: (sealed, place) => openWith([active, ...older], sealed, place),
    renew(sealed, place) {
      if (isOf(active, sealed, place)) return undefined;
      return encrypt(openWith(older, sealed, place), place);
    },
    derive: (purpose) => Buffer.from(hkdfSync('sha256', active.key, '', purpose, 32)),
  };
}

/** Opens with the first key that fits. The byte in front may be that of two keys: the tag tells. */
function openWith(keys: Key[], sealed: Buffer, place: string): string {
  const named = keys.filter(({ id }) => id === sealed[0]);
  const [last] = named.slice(-1);
  if (!last) throw new Error('The secret was encrypted under a key that this server does not have.');
  return open(named.find((key) => isOf(key, sealed, place)) ?? last, sealed, place);
}

function isOf(key: Key, sealed: Buffer, place: string): boolean {
  if (key.id !== sealed[0]) return false;
  try {
    return open(key, sealed, place) !== undefined;
  } catch {
    return false; // the tag says that it is another key's
  }
}

function open({ key }: Key, sealed: Buffer, place: string): string {
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    .setAAD(Buffer.from(place))
    .setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(1 + NONCE_BYTES, sealed.length - TAG_BYTES));
  return Buffer.concat([plain, decipher.final()]).toString('utf8');
}

const keyId = (key: Buffer) => key.reduce((sum, byte) => (sum * 31 + byte) & 0xff, 7);
