import { toSnippet } from '#server/platform/text/snippet.rules.ts';
import type { BoardWebhookPayloadRead } from './payloads.schema.ts';

const MARK = '...';
const MAX_PREVIEW = 4000;

/** A payload as text: a string as it is, anything else as JSON. */
const toPayloadText = (payload: unknown): string => (typeof payload === 'string' ? payload : JSON.stringify(payload));

/** The payload with at most `maxChars` characters of text; a longer one is cut and ends in `...`. */
export function cutPayload(read: BoardWebhookPayloadRead, maxChars: number | undefined): BoardWebhookPayloadRead {
  const text = toPayloadText(read.payload);
  if (maxChars === undefined || text.length <= maxChars) return read;
  const payload = maxChars > MARK.length ? toSnippet(text, maxChars) : MARK.slice(0, maxChars);
  return { ...read, payload, truncated: true };
}

/** The beginning of a payload, for those who decide whether to read it all. */
export const toPreview = (payload: unknown): string => toSnippet(toPayloadText(payload), MAX_PREVIEW);
