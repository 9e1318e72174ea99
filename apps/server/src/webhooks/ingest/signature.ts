import { createHmac, timingSafeEqual } from 'node:crypto';
import { Problem } from '#server/platform/problem.ts';

const DEFAULT_HEADERS = ['x-hub-signature-256', 'x-webhook-signature'];
const TIMESTAMP_HEADER = 'x-webhook-timestamp';
const WINDOW_MS = 5 * 60_000;

/** A call as it came: header names are in lower case. */
export interface SignedCall {
  headers: Record<string, string>;
  body: Buffer;
}

/** What the call is held against. */
export interface SignatureRule {
  /** Any of these may have signed; with none, calls need no signature. */
  secrets: string[];
  /** The configured header; null for the usual ones. */
  header: string | null;
  now: Date;
}

/**
 * Throws unless the call is signed: hex HMAC-SHA-256 of the body, with or without `sha256=`. A sender that also sends
 * X-Webhook-Timestamp may sign `timestamp.body` instead, so that nobody can repeat the call later; the time must be
 * within five minutes. Throws `webhook.signature_missing`, `webhook.signature_invalid`.
 */
export function assertSigned({ headers, body }: SignedCall, { secrets, header, now }: SignatureRule): void {
  if (secrets.length === 0) return;
  const names = header === null ? DEFAULT_HEADERS : [header.toLowerCase()];
  const given = names.map((name) => headers[name]?.trim()).find((value) => value);
  if (!given)
    throw new Problem('webhook.signature_missing', 403, `Sign the call: ${names.join(' or ')} holds the HMAC-SHA-256.`);
  const timestamp = headers[TIMESTAMP_HEADER]?.trim();
  const signed = timestamp ? [body, Buffer.concat([Buffer.from(`${timestamp}.`), body])] : [body];
  const isValid = secrets.some((secret) => signed.some((bytes) => isSignature(given, secret, bytes)));
  if (!isValid) throw invalid('The signature is not that of this body under the secret of this webhook.');
  if (timestamp && !isRecent(timestamp, now)) throw invalid('X-Webhook-Timestamp is not within five minutes of now.');
}

const invalid = (detail: string) => new Problem('webhook.signature_invalid', 403, detail);

function isSignature(given: string, secret: string, bytes: Buffer): boolean {
  const expected = createHmac('sha256', secret).update(bytes).digest();
  const actual = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(given)?.[1];
  return actual !== undefined && timingSafeEqual(Buffer.from(actual, 'hex'), expected);
}

/** Seconds since 1970, or an instant with its offset. */
function isRecent(timestamp: string, now: Date): boolean {
  const ms = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Date.parse(timestamp);
  return Math.abs(now.getTime() - ms) <= WINDOW_MS;
}

/** Header names that carry a signature or another credential. */
const SECRET_NAME = /signature|token|secret|auth|cookie|api-?key|password/;

/** The headers of a call that are kept: what it is and who sent it, never what opens something. */
export function toKeptHeaders(headers: Record<string, string>, signatureHeader: string | null): Record<string, string> {
  const isKept = (name: string) =>
    (['content-type', 'user-agent'].includes(name) || name.startsWith('x-')) &&
    !SECRET_NAME.test(name) &&
    name !== signatureHeader?.toLowerCase();
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isKept(name)));
}
