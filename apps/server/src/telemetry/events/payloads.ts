import { createHash } from 'node:crypto';
import type { RedactionSite } from '@mission-control/policy/redact';
import { type Fields, isFields, readOneOf, readOptionalInt } from '../batches/fields.rules.ts';
import { invalid } from '../batches/rejection.ts';
import { toBlobRow } from '../blobs/blobs.rules.ts';
import type { LineEvent } from './draft.ts';

/** A value that is larger as JSON is stored apart. */
const MAX_INLINE_LENGTH = 1_024;
const HASH = /^[0-9a-f]{64}$/;
const FIDELITIES = ['exact', 'redacted', 'truncated'] as const;

/** Reads payload value `field`: the JSON text to store, or null when absent. Keeps what must be stored apart. */
export function readPayload(event: LineEvent, field: string, site?: RedactionSite): string | null {
  const payload = event.fields[field];
  if (payload === undefined || payload === null) return null;
  if (!isFields(payload)) throw invalid(`${field} must be a payload value: {"v"}, {"b","size"} or {"x"}.`);
  if (event.scope.scrub.metadataOnly)
    return JSON.stringify({ x: 'disabled', size: readOptionalInt(payload, 'size') ?? 0 });
  if ('v' in payload) return readInline(event, payload, site);
  return 'b' in payload ? readReference(event, payload, field) : readAbsence(payload);
}

function readInline(event: LineEvent, payload: Fields, site: RedactionSite | undefined): string {
  const { value, changed } = event.scope.scrub.json(payload.v, site);
  const fid = changed ? 'redacted' : payload.fid;
  const v = value === undefined ? null : value; // a rule dropped the whole value
  const isPlain = fid === undefined || fid === 'exact' || !FIDELITIES.includes(fid as (typeof FIDELITIES)[number]);
  const json = JSON.stringify(v);
  if (json.length > MAX_INLINE_LENGTH) return keepApart(event, json, changed);
  return isPlain ? `{"v":${json}}` : `{"v":${json},"fid":"${fid}"}`;
}

/** Stores an oversized inline value as a blob. */
function keepApart({ draft, run, scope }: LineEvent, json: string, redacted: boolean): string {
  const hash = createHash('sha256').update(json).digest();
  const { orgId } = scope;
  const { blob, truncated } = toBlobRow({
    orgId,
    day: run.day,
    hash,
    enc: 'json',
    content: Buffer.from(json),
    redacted,
  });
  const name = hash.toString('hex');
  draft.blobs.set(`${run.day}${name}`, blob);
  draft.refs.set(run.id + name, { orgId, day: run.day, hash, runId: run.id });
  const fid = truncated ? 'truncated' : 'redacted';
  return JSON.stringify({ b: name, size: Buffer.byteLength(json), ...(truncated || redacted ? { fid } : {}) });
}

function readReference({ draft, run, scope }: LineEvent, payload: Fields, field: string): string {
  const { b } = payload;
  if (typeof b !== 'string' || !HASH.test(b)) throw invalid(`${field}.b must be a SHA-256 in hex.`);
  const size = readOptionalInt(payload, 'size') ?? 0;
  const fid = payload.fid === undefined ? undefined : readOneOf(payload, 'fid', FIDELITIES);
  const key = run.id + b;
  if (!draft.refs.has(key))
    draft.refs.set(key, { orgId: scope.orgId, day: run.day, hash: Buffer.from(b, 'hex'), runId: run.id });
  return JSON.stringify({ b, size, fid });
}

function readAbsence(payload: Fields): string {
  return JSON.stringify({
    x: readOneOf(payload, 'x', ['sampled', 'dropped', 'disabled']),
    size: readOptionalInt(payload, 'size') ?? undefined,
  });
}

const MAX_NOTE_LENGTH = 4_096;

/** Reads a small JSON value that is no payload: scrubbed, at most 4 kB as JSON. */
export function readSmallJson({ fields, scope }: LineEvent, field: string): unknown {
  const { value } = scope.scrub.json(fields[field]);
  const json = JSON.stringify(value);
  if (json !== undefined && json.length > MAX_NOTE_LENGTH) throw invalid(`${field} must be at most 4 kB of JSON.`);
  return value;
}
