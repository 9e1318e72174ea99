import { boolean, bytea, type Column, date, int4, text, uuid } from '#server/platform/postgres/copy.ts';

/** A payload stored under the hash of what was sent. Redaction and truncation change the bytes, never the name. */
export interface BlobRow {
  orgId: string;
  day: number;
  /** SHA-256. */
  hash: Uint8Array;
  enc: 'json' | 'text' | 'base64';
  /** Bytes before compression. */
  size: number;
  gzip: boolean;
  redacted: boolean;
  bytes: Uint8Array;
}

/** That a run shows a blob: it may go when no run of its day does. */
export interface BlobRef {
  orgId: string;
  day: number;
  hash: Uint8Array;
  runId: string;
}

export const BLOB_COLUMNS: Column<BlobRow>[] = [
  uuid('org_id', (blob) => blob.orgId),
  date('day', (blob) => blob.day),
  bytea('hash', (blob) => blob.hash),
  text('enc', (blob) => blob.enc),
  int4('size', (blob) => blob.size),
  boolean('gzip', (blob) => blob.gzip),
  boolean('redacted', (blob) => blob.redacted),
  bytea('bytes', (blob) => blob.bytes),
];

export const BLOB_REF_COLUMNS: Column<BlobRef>[] = [
  uuid('org_id', (ref) => ref.orgId),
  date('day', (ref) => ref.day),
  bytea('hash', (ref) => ref.hash),
  uuid('run_id', (ref) => ref.runId),
];
