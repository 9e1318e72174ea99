import { gzipSync } from 'node:zlib';
import { truncateText } from '@mission-control/policy';
import type { BlobRow } from './blob-row.ts';

/** Above the limit of a field by what its cut marker adds: a process has cut its own already. */
export const MAX_BLOB_BYTES = 33 * 1024;
const GZIP_ABOVE_BYTES = 1024;

interface BlobContent {
  orgId: string;
  day: number;
  hash: Uint8Array;
  enc: BlobRow['enc'];
  content: Buffer;
  redacted: boolean;
}

/** Cuts what is too long (text is cut, and is then no JSON any more) and compresses what is worth it. */
export function toBlobRow(blob: BlobContent): { blob: BlobRow; truncated: boolean } {
  const { content, ...row } = blob;
  const truncated = content.length > MAX_BLOB_BYTES;
  const bytes = truncated ? Buffer.from(truncateText(content.toString('utf8')).text) : content;
  const gzip = bytes.length > GZIP_ABOVE_BYTES;
  return {
    blob: {
      ...row,
      enc: truncated ? 'text' : row.enc,
      size: bytes.length,
      gzip,
      bytes: gzip ? gzipSync(bytes, { level: 1 }) : bytes,
    },
    truncated,
  };
}
