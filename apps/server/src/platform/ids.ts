import { createHash, randomBytes } from 'node:crypto';

let last = { ms: -1, count: 0 };

/** The place of an id among those of its millisecond: 26 bits that begin at random and count. */
function nextCount(ms: number): number {
  const count = ms === last.ms ? last.count + 1 : randomBytes(3).readUIntBE(0, 3);
  last = { ms, count };
  return count;
}

/**
 * A UUIDv7 whose leading 48 bits are `at` in milliseconds (RFC 9562). Those that one process makes for the same
 * millisecond are in order, so that rows made together keep theirs.
 */
export function newId(at: Date = new Date()): string {
  const ms = at.getTime();
  const count = nextCount(ms);
  const bytes = randomBytes(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | (count >>> 14), 6);
  bytes.writeUInt16BE(0x8000 | (count & 0x3fff), 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A secret of 256 random bits behind a prefix that says what it opens (`mcs_`, `mca_`, …): 43 base64url characters. */
export const newToken = (prefix: string): string => `${prefix}${randomBytes(32).toString('base64url')}`;

/** What is stored of a token. Its 256 bits need no salt and no slow hash. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();
