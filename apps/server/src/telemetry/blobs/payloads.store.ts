import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Context } from '#server/platform/context.ts';
import type { RunHead } from '../runs/runs.store.ts';
import type { BlobRow } from './blob-row.ts';

const inflate = promisify(gunzip);

export interface StoredPayload {
  enc: BlobRow['enc'];
  redacted: boolean;
  content: Buffer;
}

/** The payload of that hash on the run's day. */
export async function findPayload(
  { db, orgId }: Context,
  run: RunHead,
  hash: string,
): Promise<StoredPayload | undefined> {
  const row = await db
    .selectFrom('blobs')
    .select(['enc', 'gzip', 'redacted', 'bytes'])
    .where('day', '=', run.day)
    .where('org_id', '=', orgId)
    .where('hash', '=', Buffer.from(hash, 'hex'))
    .executeTakeFirst();
  if (!row) return undefined;
  const content = row.gzip ? await inflate(row.bytes) : row.bytes;
  return { enc: row.enc as BlobRow['enc'], redacted: row.redacted, content }; // enc was checked when it was read
}
