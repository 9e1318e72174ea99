import { hash as digest } from 'node:crypto';
import { FIELD_LIMIT_BYTES, truncateText } from '@mission-control/policy';
import type { Run } from '../runs/run.ts';
import type { DropCounts } from '../wire.ts';
import type { Captured, CapturedMessages, CapturedText } from './capture.ts';
import { hold } from './hold.ts';
import type { KnownBlobs } from './known-blobs.ts';
import { redactCaptured, type TimedCallback } from './redaction.ts';

const MAX_INLINE_BYTES = 1_024;
/** A reference takes about 100 bytes: shorter messages stand in the list itself. */
const MIN_MESSAGE_BLOB = 128;

export interface Sealing {
  known: KnownBlobs;
  drops: DropCounts;
  callback: TimedCallback | undefined;
  /** Takes the line of a blob that goes with the batch being made. */
  addBlob: (line: string, hash: string) => void;
}

/** The payload reference of a captured payload as JSON: redacted, then cut to size, then inline or a blob. */
export function sealPayload(sealing: Sealing, run: Run, captured: Captured): string {
  if (captured.kind === 'absent') return captured.sealed;
  const scope = toScope(sealing.known, run);
  if (captured.sealed !== undefined && captured.sealedIn === scope) return captured.sealed;
  captured.sealed =
    captured.kind === 'messages' ? sealMessages(sealing, run, captured) : sealText(sealing, run, captured);
  captured.sealedIn = scope;
  return captured.sealed;
}

/**
 * Where a reference holds: blobs are stored by day, those of a run that is held are its own, and after a loss all are
 * sent again.
 */
export const toScope = (known: KnownBlobs, run: Run): string => `${run.uploads ? run.day : run.id} ${known.losses}`;

function sealText(sealing: Sealing, run: Run, captured: CapturedText, maxInline = MAX_INLINE_BYTES): string {
  if (isDiscarded(run)) return toSampledOut(sealing, Buffer.byteLength(captured.text));
  const redacted = redactCaptured(captured, run.agent.redactor, sealing.callback);
  if (!redacted) return `{"x":"dropped","size":${Buffer.byteLength(captured.text)}}`;
  return place(sealing, run, { kind: captured.kind, ...redacted }, maxInline);
}

/** The list holds one reference per message. Each message's own reference is kept, so the next call reuses it. */
function sealMessages(sealing: Sealing, run: Run, captured: CapturedMessages): string {
  const parts = captured.parts.map((part) => sealMessage(sealing, run, part));
  const text = `{"messages":[${parts.join(',')}]}`;
  return place(sealing, run, { kind: 'json', text, changed: false }, MAX_INLINE_BYTES);
}

/** Frees the text once its reference is made: a long conversation would else be kept twice. */
function sealMessage(sealing: Sealing, run: Run, part: CapturedText): string {
  const scope = toScope(sealing.known, run);
  if (part.sealed !== undefined && (part.sealedIn === scope || part.text === '')) return part.sealed;
  part.sealed = sealText(sealing, run, part, MIN_MESSAGE_BLOB);
  part.sealedIn = scope;
  part.text = '';
  return part.sealed;
}

interface Content {
  kind: 'text' | 'json';
  text: string;
  changed: boolean;
}

function place(sealing: Sealing, run: Run, { kind, text, changed }: Content, maxInline: number): string {
  const fid = changed ? ',"fid":"redacted"' : '';
  const size = Buffer.byteLength(text);
  if (size <= maxInline && run.uploads) return `{"v":${kind === 'text' ? JSON.stringify(text) : text}${fid}}`;
  if (size <= FIELD_LIMIT_BYTES) return refer(sealing, run, { enc: kind, data: text, size, fid });
  sealing.drops.payload_limit++;
  const cut = truncateText(text);
  return refer(sealing, run, { enc: 'text', data: cut.text, size, fid: ',"fid":"truncated"' });
}

/** A run that ended well without being sampled: its payloads stay here. */
const isDiscarded = (run: Run): boolean => !run.uploads && run.status === 'ended';

function toSampledOut({ drops }: Pick<Sealing, 'drops'>, size: number): string {
  drops.sampled++;
  return `{"x":"sampled","size":${size}}`;
}

interface Blob {
  enc: 'text' | 'json';
  data: string;
  size: number;
  fid: string;
}

function refer({ known, drops, addBlob }: Sealing, run: Run, { enc, data, size, fid }: Blob): string {
  const hash = digest('sha256', data);
  if (!known.has(run.day, hash)) {
    const line = `{"t":"blob","h":"${hash}","enc":"${enc}","day":"${run.day}","data":${JSON.stringify(data)}}`;
    if (run.uploads) {
      known.add(run.day, hash);
      addBlob(line, hash);
    } else if (!hold(run.held, hash, line)) {
      return toSampledOut({ drops }, size);
    }
  }
  return `{"b":"${hash}","size":${size}${fid}}`;
}
