import { useQueries } from '@tanstack/react-query';
import type { Payload } from '#console/api/contract.ts';
import { payloadQuery } from '#console/api/queries/fleet/runs.ts';

/** Stored payloads by hash, as far as they are loaded. */
export type StoredValues = ReadonlyMap<string, unknown>;

const isPayload = (value: unknown): value is Payload =>
  typeof value === 'object' && value !== null && ('v' in value || 'b' in value || 'x' in value);

/** What a payload holds; undefined when it was not kept or is not loaded yet. */
function valueOfPayload(payload: Payload | null, stored: StoredValues): unknown {
  if (payload === null || 'x' in payload) return undefined;
  return 'v' in payload ? payload.v : stored.get(payload.b);
}

/** The messages of a model call are payloads of their own, so that a growing history is stored once. */
function partsOf(value: unknown): Payload[] {
  const messages = typeof value === 'object' && value !== null && 'messages' in value ? value.messages : undefined;
  return Array.isArray(messages) && messages.every(isPayload) ? messages : [];
}

/** The value of a payload with the payloads inside it put in their places. */
export function resolvePayload(payload: Payload | null, stored: StoredValues): unknown {
  const value = valueOfPayload(payload, stored);
  const parts = partsOf(value);
  if (parts.length === 0) return value;
  const messages = parts.map((part) => valueOfPayload(part, stored)).filter((message) => message !== undefined);
  return { ...(value as object), messages };
}

/** Whether a payload, or one inside it, was left out. */
export function isPartlyAbsent(payload: Payload | null, stored: StoredValues): boolean {
  if (payload === null) return false;
  return 'x' in payload || partsOf(valueOfPayload(payload, stored)).some((part) => 'x' in part);
}

const hashesOf = (payloads: readonly (Payload | null)[]): string[] => [
  ...new Set(payloads.flatMap((payload) => (payload && 'b' in payload ? [payload.b] : []))),
];

/** Loads what is stored apart of these payloads, and of the payloads inside them. */
export function useStoredValues(runId: string, payloads: readonly (Payload | null)[]): StoredValues {
  const outer = useHashes(runId, hashesOf(payloads));
  const parts = payloads.flatMap((payload) => partsOf(valueOfPayload(payload, outer)));
  const inner = useHashes(runId, hashesOf(parts));
  return new Map([...outer, ...inner]);
}

function useHashes(runId: string, hashes: readonly string[]): StoredValues {
  const results = useQueries({ queries: hashes.map((hash) => payloadQuery(runId, hash)) });
  return new Map(hashes.map((hash, index) => [hash, results[index]?.data]));
}
