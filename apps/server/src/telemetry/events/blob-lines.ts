import { createHash } from 'node:crypto';
import { type Fields, readOneOf } from '../batches/fields.rules.ts';
import { parseInstant, toDay } from '../batches/instants.rules.ts';
import { invalid, Rejection } from '../batches/rejection.ts';
import type { BlobRow } from '../blobs/blob-row.ts';
import { MAX_BLOB_BYTES, toBlobRow } from '../blobs/blobs.rules.ts';
import type { BatchScope, Draft } from './draft.ts';

const HASH = /^[0-9a-f]{64}$/;

/**
 * Reads a `blob` line: `h` is the SHA-256 of the content, which is the bytes of `data` for `json` (JSON as text) and
 * `text`, and what `data` encodes for `base64`. Adds it to the draft, redacted and cut.
 * Throws `event.invalid`, `blob.hash_mismatch`, `event.too_large`.
 */
export function readBlobLine(scope: BatchScope, draft: Draft, fields: Fields, oldestDay: number): void {
  const { h, data } = fields;
  if (typeof h !== 'string' || !HASH.test(h)) throw invalid('h must be a SHA-256 in hex.');
  if (typeof data !== 'string') throw invalid('data must be text.');
  const enc = readOneOf(fields, 'enc', ['json', 'text', 'base64']);
  const day = readBlobDay(fields, scope, oldestDay);
  const sent = Buffer.from(data, enc === 'base64' ? 'base64' : 'utf8');
  const hash = createHash('sha256').update(sent).digest();
  if (hash.toString('hex') !== h)
    throw new Rejection('blob.hash_mismatch', `The content of blob ${h} has another hash.`);
  if (enc === 'base64' && sent.length > MAX_BLOB_BYTES)
    throw new Rejection('event.too_large', 'A binary payload may hold 32 KiB.');
  if (scope.scrub.metadataOnly) return;
  const { content, redacted } = scrubContent(scope, enc, data, sent);
  draft.blobs.set(`${day}${h}`, toBlobRow({ orgId: scope.orgId, day, hash, enc, content, redacted }).blob);
}

function readBlobDay(fields: Fields, scope: BatchScope, oldestDay: number): number {
  const at = parseInstant(`${fields.day}T00:00:00Z`);
  const day = at === undefined ? Number.NaN : toDay(at);
  if (day >= oldestDay && day <= toDay(scope.now) + 1) return day;
  throw invalid('day must be the day of a run that is kept in full, such as 2026-03-19.');
}

function scrubContent(
  { scrub }: BatchScope,
  enc: BlobRow['enc'],
  text: string,
  sent: Buffer,
): { content: Buffer; redacted: boolean } {
  if (enc === 'base64') return { content: sent, redacted: false };
  const clean = enc === 'json' ? scrubJson(scrub, text) : scrub.text(text);
  return clean === text ? { content: sent, redacted: false } : { content: Buffer.from(clean), redacted: true };
}

function scrubJson(scrub: BatchScope['scrub'], text: string): string {
  if (!scrub.mayHoldSecret(text)) return text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return scrub.text(text); // cut by the process, or never JSON: redacted as the text that it is
  }
  const { value: redacted, changed } = scrub.json(value);
  return changed ? JSON.stringify(redacted ?? null) : text;
}
