import { randomFillSync } from 'node:crypto';

/** Random bytes are drawn for many ids at once: one call per id would be most of its cost. */
const pool = Buffer.alloc(4_096);
let used = pool.length;

function drawHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}

/** A UUIDv7 (RFC 9562) of the instant `micros`. */
export function newId(micros: number): string {
  const time = Math.floor(micros / 1_000)
    .toString(16)
    .padStart(12, '0');
  const random = drawHex(10);
  const variant = ((Number.parseInt(random.charAt(3), 16) & 0x3) | 0x8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}

/** A random trace part of `bytes` bytes as hex. */
export const newHex = (bytes: number): string => drawHex(bytes);
