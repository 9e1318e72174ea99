import { promisify } from 'node:util';
import { unzip } from 'node:zlib';
import { Problem } from '#server/platform/problem.ts';
import { unreadable } from '../batches/header.rules.ts';

export const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_INFLATED_BYTES = 32 * 1024 * 1024;
/** Bodies that may grow large are inflated two at a time: a swarm of bombs must not exhaust memory. */
const MAX_AT_ONCE = 2;
/** DEFLATE grows a thousandfold at most: a body below this cannot exceed 8 MiB. */
const HARMLESS_BYTES = 8 * 1024;

const inflateAsync = promisify(unzip);

/** Undoes the content encoding, checking the size while inflating. Throws `batch.unreadable`, `batch.too_large`. */
export function createInflate(): (body: Buffer, encoding: string | undefined) => Promise<Buffer> {
  const free = createGate(MAX_AT_ONCE);
  return async (body, encoding = 'identity') => {
    if (encoding === 'identity') return body;
    if (encoding !== 'gzip' && encoding !== 'deflate')
      throw unreadable(`Content-Encoding must be gzip, deflate or identity, not ${encoding.slice(0, 40)}.`);
    return body.length <= HARMLESS_BYTES ? inflate(body) : free(() => inflate(body));
  };
}

async function inflate(body: Buffer): Promise<Buffer> {
  try {
    return await inflateAsync(body, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch (error) {
    throw toProblem(error as NodeJS.ErrnoException);
  }
}

const toProblem = ({ code, message }: NodeJS.ErrnoException): Problem =>
  code === 'ERR_BUFFER_TOO_LARGE'
    ? new Problem('batch.too_large', 413, 'A batch may have 32 MiB inflated.')
    : unreadable(`The body is not soundly compressed: ${message}.`);

/** Lets so many run at once; the others wait their turn. */
function createGate(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = places;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free++;
    }
  };
}
