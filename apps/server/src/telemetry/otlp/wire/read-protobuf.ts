import { type Field, readFields } from './protobuf.ts';
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

/** Reads an ExportTraceServiceRequest in protobuf. Throws {@link Undecodable}. */
export function readProtobufSpans(body: Buffer): SpanRequest {
  const request: SpanRequest = { spans: [], rejected: 0, reason: null };
  for (const resourceSpans of messages(body, 1)) {
    const resource = messages(resourceSpans, 1).reduce<Attributes>(
      (sum, message) => Object.assign(sum, readAttributes(messages(message, 1), 0)),
      {},
    );
    for (const scopeSpans of messages(resourceSpans, 2))
      for (const span of messages(scopeSpans, 2)) addSpan(request, () => readSpan(span, resource));
  }
  return request;
}

/** The messages under one number. */
function messages(message: Buffer, number: number): Buffer[] {
  const found: Buffer[] = [];
  for (const field of readFields(message)) if (field.number === number && field.wire === 2) found.push(field.value);
  return found;
}

/** A span of broken bytes is refused alone: its length is known. */
function readSpan(message: Buffer, resource: Attributes): Span {
  try {
    return readSoundSpan(message, resource);
  } catch (error) {
    if (error instanceof Undecodable)
      throw new SpanRejection('The span is no protobuf message of this kind.', { cause: error });
    throw error;
  }
}

function readSoundSpan(message: Buffer, resource: Attributes): Span {
  const span: Span = {
    ...{ traceId: '', spanId: '', parentSpanId: null, name: '', startedUs: Number.NaN, endedUs: Number.NaN },
    ...{ isError: false, message: null, attributes: {}, events: [], resource },
  };
  const attributes: Buffer[] = [];
  for (const field of readFields(message)) {
    if (field.number === 9 && field.wire === 2) attributes.push(field.value);
    else READ[field.number]?.(span, field);
  }
  span.attributes = readAttributes(attributes, 0);
  return span;
}

/** By the number of the field. */
const READ: Record<number, (span: Span, field: Field) => void> = {
  1: (span, field) => Object.assign(span, { traceId: hex(field) }),
  2: (span, field) => Object.assign(span, { spanId: hex(field) }),
  4: (span, field) => Object.assign(span, { parentSpanId: hex(field) || null }),
  5: (span, field) => Object.assign(span, { name: text(field) }),
  7: (span, field) => Object.assign(span, { startedUs: micros(field) }),
  8: (span, field) => Object.assign(span, { endedUs: micros(field) }),
  11: (span, field) => {
    if (field.wire !== 2) return;
    const name = [...readFields(field.value)].find(({ number }) => number === 2);
    span.events.push({ name: name ? text(name) : '', attributes: readAttributes(messages(field.value, 3), 0) });
  },
  15: (span, field) => {
    if (field.wire !== 2) return;
    for (const part of readFields(field.value)) {
      if (part.number === 2) span.message = text(part) || null;
      if (part.number === 3) span.isError = part.value === 2n;
    }
  },
};

const hex = ({ value, wire }: Field): string => (wire === 2 ? value.toString('hex') : '');
const text = ({ value, wire }: Field): string => (wire === 2 ? cleanText(value.toString('utf8')) : '');
const micros = ({ value, wire }: Field): number => (wire === 1 ? Number(value / 1_000n) : Number.NaN);

function readAttributes(pairs: readonly Buffer[], depth: number): Attributes {
  return Object.fromEntries(pairs.slice(0, MAX_ATTRIBUTES).map((pair) => readPair(pair, depth)));
}

function readPair(pair: Buffer, depth: number): [string, unknown] {
  let [key, value]: [string, unknown] = ['', null];
  for (const field of readFields(pair)) {
    if (field.number === 1) key = text(field);
    if (field.number === 2 && field.wire === 2) value = readValue(field.value, depth + 1);
  }
  return [key, value];
}

/** AnyValue: one of its fields is there. */
function readValue(message: Buffer, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new SpanRejection(`A value nests deeper than ${MAX_DEPTH} levels.`);
  for (const field of readFields(message)) return readVariant(field, depth);
  return null;
}

function readVariant({ number, value, wire }: Field, depth: number): unknown {
  if (wire === 2) {
    if (number === 1) return cleanText(value.toString('utf8'));
    if (number === 5) return messages(value, 1).map((item) => readValue(item, depth + 1));
    if (number === 6) return readAttributes(messages(value, 1), depth + 1);
    return number === 7 ? value.toString('base64') : null;
  }
  if (number === 2) return value === 1n;
  if (number === 3) return Number(BigInt.asIntN(64, value));
  return number === 4 ? toDouble(value) : null;
}

function toDouble(bits: bigint): number | null {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(bits);
  const value = bytes.readDoubleLE();
  return Number.isFinite(value) ? value : null;
}
