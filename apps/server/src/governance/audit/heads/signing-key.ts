import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson } from '@mission-control/policy/canonical';
import type { Secrets } from '#server/platform/secrets/secrets.ts';
import type { SignedHead } from '../audit.schema.ts';

/** What stands before the 32 bytes of an Ed25519 key in its PKCS #8 form (RFC 8410). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface SigningKey {
  /** SPKI PEM, for `mc audit verify --key`. */
  publicPem: string;
  /** The first 16 hex digits of the SHA-256 of the public key: which key a head was signed with. */
  id: string;
  sign(head: Omit<SignedHead, 'signature' | 'key_id'>): SignedHead;
  isSigned(head: SignedHead): boolean;
}

/** The server's Ed25519 key for the ends of audit chains: the same as long as `MC_SECRET_KEY` is. */
export function createSigningKey(secrets: Secrets): SigningKey {
  const der = Buffer.concat([PKCS8_PREFIX, secrets.derive('audit.heads')]);
  const privateKey: KeyObject = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const raw = publicKey.export({ format: 'der', type: 'spki' });
  const id = createHash('sha256').update(raw).digest('hex').slice(0, 16);
  return {
    id,
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    sign(head) {
      const signed = { ...head, key_id: id };
      return { ...signed, signature: sign(null, Buffer.from(canonicalJson(signed)), privateKey).toString('base64') };
    },
    isSigned: ({ signature, ...signed }) =>
      verify(null, Buffer.from(canonicalJson(signed)), publicKey, Buffer.from(signature, 'base64')),
  };
}
