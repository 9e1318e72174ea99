import type { Attributes } from '../wire/span.ts';

/** A log record of a span, as OTLP's JSON gives it. */
export interface LogRecord {
  traceId: string;
  spanId: string;
  timeUs: number;
  event: string;
  attributes: Attributes;
  body: unknown;
}

/** What log records say about a span beside it. */
export interface Note {
  traceId: string;
  spanId: string;
  timeUs: number;
  input: unknown[];
  output: unknown[];
  error: { type: string | null; message: string | null } | null;
}
