import { Problem } from '#server/platform/problem.ts';
import type { PackFile } from './pack-file.ts';

const BLOCK = 512;
const MAX_META = 1 << 20;

const broken = (what: string) =>
  new Problem('skill_pack.fetch_failed', 502, `The archive is broken: ${what}.`, { isRetryable: false });

/** Takes exact numbers of bytes from a stream. */
interface Bytes {
  /** At most `count` bytes, as they come; empty at the end of the stream. */
  some(count: number): Promise<Buffer>;
  /** Exactly `count` bytes; undefined when the stream ends before the first. */
  exactly(count: number): Promise<Buffer | undefined>;
}

function createBytes(stream: AsyncIterable<Buffer>, maxBytes: number): Bytes {
  const chunks = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  let total = 0;
  const some = async (count: number): Promise<Buffer> => {
    if (rest.length === 0) {
      const next = await chunks.next();
      if (next.done) return rest;
      total += next.value.length;
      if (total > maxBytes) throw broken(`it unpacks to more than ${maxBytes} bytes`);
      rest = next.value;
    }
    const taken = rest.subarray(0, count);
    rest = rest.subarray(taken.length);
    return taken;
  };
  return {
    some,
    async exactly(count) {
      const parts: Buffer[] = [];
      for (let left = count; left > 0; ) {
        const part = await some(left);
        if (part.length === 0 && left === count) return undefined;
        if (part.length === 0) throw broken('it ends in the middle of a file');
        parts.push(part);
        left -= part.length;
      }
      return Buffer.concat(parts);
    },
  };
}

interface Header {
  path: string;
  size: number;
  type: string;
}

/**
 * The regular files of a tar archive (ustar, pax, GNU long names), one after the other: the content of each is read, or
 * skipped, before the next one comes. Throws `skill_pack.fetch_failed` for what is no archive or unpacks to too much.
 */
export async function* readTar(stream: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<PackFile> {
  const bytes = createBytes(stream, maxBytes);
  let longPath: string | undefined;
  for (let header = await readHeader(bytes); header; header = await readHeader(bytes)) {
    const { path, type, size } = header;
    const file = { left: size };
    if (type === '0') yield { path: longPath ?? path, content: readContent(bytes, file) };
    longPath = await readLongPath(type, readContent(bytes, file), longPath);
    for await (const _ of readContent(bytes, file)); // what nobody read
    await bytes.exactly((BLOCK - (size % BLOCK)) % BLOCK);
  }
}

/** The path that the next file has, when the one before it says so. */
async function readLongPath(
  type: string,
  content: AsyncIterable<Buffer>,
  known: string | undefined,
): Promise<string | undefined> {
  if (type === 'x') return findPaxPath(await readMeta(content)) ?? known;
  if (type === 'L') return (await readMeta(content)).replace(/\0.*$/s, '');
  return type === 'g' ? known : undefined;
}

async function readHeader(bytes: Bytes): Promise<Header | undefined> {
  const block = await bytes.exactly(BLOCK);
  // The archive ends with empty blocks, or where the stream ends.
  if (!block || block.every((byte) => byte === 0)) return undefined;
  const text = (start: number, length: number) => block.toString('utf8', start, start + length).replace(/\0.*$/s, '');
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== Number.parseInt(text(148, 8).trim(), 8)) throw broken('a header does not match its checksum');
  const prefix = text(257, 5) === 'ustar' && text(263, 2) === '00' ? text(345, 155) : '';
  const name = text(0, 100);
  return { path: prefix ? `${prefix}/${name}` : name, size: readSize(block), type: text(156, 1) || '0' };
}

/** Octal, or binary where the first bit is set. */
function readSize(block: Buffer): number {
  const field = block.subarray(124, 136);
  const isBinary = ((field[0] ?? 0) & 0x80) !== 0;
  const size = isBinary
    ? Number(field.readBigUInt64BE(4))
    : Number.parseInt(field.toString('latin1').replace(/[\0 ].*$/s, '') || '0', 8);
  if (!Number.isSafeInteger(size) || size < 0) throw broken('a file has no size');
  return size;
}

/** What is left of a file; whoever stops in the middle leaves the rest to the next reader. */
async function* readContent(bytes: Bytes, file: { left: number }): AsyncGenerator<Buffer> {
  while (file.left > 0) {
    const part = await bytes.some(file.left);
    if (part.length === 0) throw broken('it ends in the middle of a file');
    file.left -= part.length;
    yield part;
  }
}

async function readMeta(content: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of content) {
    bytes += part.length;
    if (bytes > MAX_META) throw broken('a name is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Records of `length name=value\n`. */
const findPaxPath = (records: string): string | undefined => /^\d+ path=(.*)$/m.exec(records)?.[1];
