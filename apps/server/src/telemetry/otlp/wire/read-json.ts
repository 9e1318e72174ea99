import { type Fields, isFields } from '../../batches/fields.rules.ts';
import {
  type Attributes,
  addSpan,
  cleanText,
  MAX_ATTRIBUTES,
  MAX_DEPTH,
  type Span,
  SpanRejection,
  type SpanRequest,
  Undecodable,
} from './span.ts';

/** Reads an ExportTraceServiceRequest in OTLP's JSON: ids in hex, numbers of 64 bits as text or not. Throws {@link Undecodable}. */
export function readJsonSpans(body: Buffer): SpanRequest {
  const root = parseRequest(body);
  const request: SpanRequest = { spans: [], rejected: 0, reason: null };
  if ('resourceLogs' in root || 'resourceMetrics' in root)
    throw new Undecodable('These are logs or metrics; their URLs end in /v1/logs and /v1/metrics.');
  for (const resourceSpans of listOf(root, 'resourceSpans')) {
    const resource = readResource(resourceSpans);
    for (const scopeSpans of listOf(resourceSpans, 'scopeSpans'))
      for (const span of listOf(scopeSpans, 'spans')) addSpan(request, () => readSpan(span, resource));
  }
  return request;
}

/** The object that every request is. Throws {@link Undecodable}. */
export function parseRequest(body: Buffer): Fields {
  let root: unknown;
  try {
    root = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new Undecodable(`The body is not JSON: ${(error as SyntaxError).message}.`, { cause: error });
  }
  if (isFields(root)) return root;
  throw new Undecodable('The body must be an object.');
}

/** A field that is a list of messages, empty when absent. Throws {@link Undecodable}. */
export function listOf(fields: Fields, field: string): Fields[] {
  const value = fields[field] ?? [];
  if (Array.isArray(value) && value.every(isFields)) return value;
  throw new Undecodable(`${field} must be a list of objects.`);
}

export function readResource({ resource }: Fields): Attributes {
  try {
    return readAttributes(isFields(resource) ? resource.attributes : undefined, 0);
  } catch (error) {
    if (error instanceof SpanRejection) throw new Undecodable(`In a resource: ${error.message}`, { cause: error });
    throw error;
  }
}

function readSpan(span: Fields, resource: Attributes): Span {
  const status = isFields(span.status) ? span.status : {};
  const parent = toText(span.parentSpanId).toLowerCase();
  return {
    traceId: toText(span.traceId).toLowerCase(),
    spanId: toText(span.spanId).toLowerCase(),
    parentSpanId: parent === '' ? null : parent,
    name: cleanText(toText(span.name)),
    startedUs: toMicros(span.startTimeUnixNano),
    endedUs: toMicros(span.endTimeUnixNano),
    isError: status.code === 2 || status.code === 'STATUS_CODE_ERROR',
    message: typeof status.message === 'string' && status.message !== '' ? cleanText(status.message) : null,
    attributes: readAttributes(span.attributes, 0),
    events: Array.isArray(span.events) ? span.events.filter(isFields).map(readEvent) : [],
    resource,
  };
}

const readEvent = (event: Fields) => ({
  name: cleanText(toText(event.name)),
  attributes: readAttributes(event.attributes, 0),
});

export const toText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Nanoseconds as text or number; NaN for anything else. */
export function toMicros(value: unknown): number {
  if (typeof value === 'number') return Math.floor(value / 1_000);
  return typeof value === 'string' && /^\d{4,20}$/.test(value) ? Number(value.slice(0, -3)) : Number.NaN;
}

export function readAttributes(value: unknown, depth: number): Attributes {
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value)) throw new SpanRejection('attributes must be a list of {key, value}, not an object.');
  const pairs = value.slice(0, MAX_ATTRIBUTES).filter(isFields);
  return Object.fromEntries(pairs.map(({ key, value: item }) => [cleanText(toText(key)), readValue(item, depth + 1)]));
}

/** AnyValue as plain JSON. Throws {@link SpanRejection}. */
export function readValue(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new SpanRejection(`A value nests deeper than ${MAX_DEPTH} levels.`);
  if (!isFields(value)) return null;
  if (typeof value.stringValue === 'string') return cleanText(value.stringValue);
  if (typeof value.boolValue === 'boolean') return value.boolValue;
  if (value.intValue !== undefined) return toNumber(value.intValue);
  if (value.doubleValue !== undefined) return toNumber(value.doubleValue);
  if (isFields(value.arrayValue)) return readArray(value.arrayValue.values, depth);
  if (isFields(value.kvlistValue)) return readAttributes(value.kvlistValue.values, depth);
  return typeof value.bytesValue === 'string' ? cleanText(value.bytesValue) : null;
}

const readArray = (values: unknown, depth: number): unknown[] =>
  Array.isArray(values) ? values.map((item) => readValue(item, depth + 1)) : [];

function toNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
