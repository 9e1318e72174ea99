import { createHash } from 'node:crypto';

/** What the first entry of an organization follows. */
export const GENESIS = '0'.repeat(64);

/** The hash of an entry: SHA-256 of the bytes of the hash before and the canonical text of the record, hex. */
export const hashEntry = (prevHash: string, canonical: string): string =>
  createHash('sha256').update(Buffer.from(prevHash, 'hex')).update(canonical, 'utf8').digest('hex');
