import { promisify } from 'node:util';
import { gunzipSync, gzip, gzipSync } from 'node:zlib';

const gzipAsync = promisify(gzip);
const MIN_GZIP_BYTES = 1_024;
const LEVEL = 1;

/** Events sealed under a number. Its content never changes; only its header says anew how the process is. */
export interface Batch {
  producer: string;
  number: number;
  encoding: 'gzip' | 'identity';
  /** The lines of the events, joined and compressed. */
  body: Buffer;
  events: number;
  /** Blobs that travel in it. */
  hashes: string[];
  /** Nothing but decisions, errors and run ends: the server keeps room for it. */
  isUrgent?: boolean;
}

/** Seals lines under a number of the producer. Compresses in the thread pool. */
export async function sealBatch(
  origin: { producer: string; number: number },
  lines: string[],
  hashes: string[],
): Promise<Batch> {
  const plain = Buffer.from(lines.join('\n'));
  const isLarge = plain.length >= MIN_GZIP_BYTES;
  const body = isLarge ? await gzipAsync(plain, { level: LEVEL }) : plain;
  return { ...origin, encoding: isLarge ? 'gzip' : 'identity', body, events: lines.length, hashes };
}

/** The lines of a batch, for making two of it. */
export const toLines = ({ encoding, body }: Batch): string[] =>
  (encoding === 'gzip' ? gunzipSync(body) : body).toString('utf8').split('\n');

/** What is sent: the header line before the events. Gzip members may follow each other, so the events stay sealed. */
export function toRequestBody(header: string, { encoding, body }: Pick<Batch, 'encoding' | 'body'>): Buffer {
  const line = Buffer.from(`${header}\n`);
  return Buffer.concat([encoding === 'gzip' ? gzipSync(line, { level: LEVEL }) : line, body]);
}
