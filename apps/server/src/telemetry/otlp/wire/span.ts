/** Attribute values as plain JSON. */
export type Attributes = Record<string, unknown>;

/** A span as both encodings give it. Instants are microseconds since 1970. */
export interface Span {
  /** Lower-case hex. */
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  name: string;
  startedUs: number;
  endedUs: number;
  isError: boolean;
  message: string | null;
  attributes: Attributes;
  events: { name: string; attributes: Attributes }[];
  resource: Attributes;
}

/** What a request of spans holds: those that can be read, and why others cannot. */
export interface SpanRequest {
  spans: Span[];
  rejected: number;
  /** Of the first that was refused. */
  reason: string | null;
}

/** Costs its span, not the request. */
export class SpanRejection extends Error {}

/** The body is none of a traces request. */
export class Undecodable extends Error {}

/** Values nest no deeper. */
export const MAX_DEPTH = 32;
export const MAX_ATTRIBUTES = 128;
const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const ZEROES = /^0*$/;

export const isTraceId = (text: string): boolean => TRACE_ID.test(text) && !ZEROES.test(text);
export const isSpanId = (text: string): boolean => SPAN_ID.test(text) && !ZEROES.test(text);

/** Checks what every span must have; one that ends before it began took no time. Throws {@link SpanRejection}. */
export function assertSpan(span: Span): Span {
  if (!isTraceId(span.traceId)) throw new SpanRejection('traceId must be 16 bytes that are not all zero.');
  if (!isSpanId(span.spanId)) throw new SpanRejection('spanId must be 8 bytes that are not all zero.');
  if (span.parentSpanId !== null && !SPAN_ID.test(span.parentSpanId))
    throw new SpanRejection('parentSpanId must be 8 bytes, or absent.');
  if (!(Number.isSafeInteger(span.startedUs) && Number.isSafeInteger(span.endedUs) && span.startedUs > 0))
    throw new SpanRejection('startTimeUnixNano and endTimeUnixNano must be nanoseconds since 1970.');
  span.endedUs = Math.max(span.startedUs, span.endedUs);
  return span;
}

/** Adds a span that `read` gives, or counts its refusal. */
export function addSpan(request: SpanRequest, read: () => Span): void {
  try {
    request.spans.push(assertSpan(read()));
  } catch (error) {
    if (!(error instanceof SpanRejection)) throw error;
    request.rejected++;
    request.reason ??= error.message;
  }
}

/** What PostgreSQL refuses in text becomes U+FFFD. */
export const cleanText = (text: string): string => text.replaceAll('\0', '\ufffd').toWellFormed();
