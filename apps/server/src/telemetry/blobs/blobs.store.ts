import type pg from 'pg';
import { toArrayParameters, unnest } from '#server/platform/postgres/copy.ts';
import { BLOB_COLUMNS, BLOB_REF_COLUMNS, type BlobRef, type BlobRow } from './blob-row.ts';

const namesOf = (columns: readonly { name: string }[]) => columns.map(({ name }) => name).join(', ');

const INSERT_BLOBS = {
  name: 'ingest-blobs',
  text: `insert into blobs (${namesOf(BLOB_COLUMNS)}) select * from ${unnest('b', BLOB_COLUMNS)}
    order by day, org_id, hash on conflict do nothing`,
};
const INSERT_REFS = {
  name: 'ingest-blob-refs',
  text: `insert into blob_refs (${namesOf(BLOB_REF_COLUMNS)}) select * from ${unnest('r', BLOB_REF_COLUMNS)}
    order by day, org_id, hash, run_id on conflict do nothing`,
};

/** Inserts the blobs and references that are new. */
export async function saveBlobs(client: pg.Client, blobs: readonly BlobRow[], refs: readonly BlobRef[]): Promise<void> {
  if (blobs.length > 0) await client.query({ ...INSERT_BLOBS, values: toArrayParameters(BLOB_COLUMNS, blobs) });
  if (refs.length > 0) await client.query({ ...INSERT_REFS, values: toArrayParameters(BLOB_REF_COLUMNS, refs) });
}
