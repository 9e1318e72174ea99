import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Secrets {
  /** `key id (1 byte) | nonce (12) | ciphertext | tag (16)`; `place` (`table.column:row id`) is bound to it. */
  encrypt(plain: string, place: string): Buffer;
  /** Throws when the value was made under another key or for another place. */
  decrypt(sealed: Buffer, place: string): string;
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
  const keys: Key[] = [current, ...(previous ? [previous] : [])].map((key) => ({ id: keyId(key), key }));
  const active = keys[0] as Key;
  return {
    encrypt(plain, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', active.key, nonce).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([active.id]), nonce, sealed, cipher.getAuthTag()]);
    },
    decrypt(sealed, place) {
      const found = keys.find(({ id }) => id === sealed[0]);
      if (!found) throw new Error('The secret was encrypted under a key that this server does not have.');
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', found.key, nonce)
        .setAAD(Buffer.from(place))
        .setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      const plain = decipher.update(sealed.subarray(1 + NONCE_BYTES, sealed.length - TAG_BYTES));
      return Buffer.concat([plain, decipher.final()]).toString('utf8');
    },
    derive: (purpose) => Buffer.from(hkdfSync('sha256', active.key, '', purpose, 32)),
  };
}

const keyId = (key: Buffer) => key.reduce((sum, byte) => (sum * 31 + byte) & 0xff, 7);
