import { gunzipSync } from 'node:zlib';
import type { RecordedArgs } from '../simulation/recorded.rules.ts';
import type { StoredBlob } from './calls.store.ts';

const MISSING: RecordedArgs = Object.freeze({ state: 'missing' });

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The hash under which a payload is stored apart; undefined when it is not. */
export const hashOf = (payload: unknown): string | undefined =>
  isRecord(payload) && typeof payload.b === 'string' ? payload.b : undefined;

/** What is left of what a call was given. Text that was cut tells nothing for certain. */
export function toArgs(payload: unknown, findBlob: (hash: string) => StoredBlob | undefined): RecordedArgs {
  if (!isRecord(payload) || payload.fid === 'truncated') return MISSING;
  const isRedacted = payload.fid === 'redacted';
  if ('v' in payload) return { state: isRedacted ? 'redacted' : 'exact', value: payload.v };
  const hash = hashOf(payload);
  const blob = hash === undefined ? undefined : findBlob(hash);
  if (blob?.enc !== 'json') return MISSING;
  const value = parseJson((blob.gzip ? gunzipSync(blob.bytes) : blob.bytes).toString('utf8'));
  if (value === undefined) return MISSING;
  return { state: isRedacted || blob.redacted ? 'redacted' : 'exact', value };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut, and no JSON any more
  }
}
