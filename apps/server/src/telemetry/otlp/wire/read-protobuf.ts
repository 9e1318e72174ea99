import { ProtobufReader } from './protobuf.ts';
import {
  type Attributes,
  addSpan,
  MAX_ATTRIBUTES,
  MAX_DEPTH,
  type Span,
  SpanRejection,
  type SpanRequest,
  Undecodable,
} from './span.ts';

/** A field as the schema of OTLP numbers it, with the wire type that it has. */
const message = (number: number): number => (number << 3) | 2;
const fixed = (number: number): number => (number << 3) | 1;
const varint = (number: number): number => number << 3;

/** Reads an ExportTraceServiceRequest in protobuf. Throws {@link Undecodable}. */
export function readProtobufSpans(body: Buffer): SpanRequest {
  const request: SpanRequest = { spans: [], rejected: 0, reason: null };
  const reader = new ProtobufReader(body);
  eachMessage(reader, 1, () => readResourceSpans(reader, request));
  return request;
}

/** Calls `read` inside each message under a number; other fields are stepped over. */
function eachMessage(reader: ProtobufReader, number: number, read: () => void): void {
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === message(number)) within(reader, read);
    else reader.skip(tag);
}

function within<T>(reader: ProtobufReader, read: () => T): T {
  const outer = reader.enter();
  try {
    return read();
  } finally {
    reader.leave(outer);
  }
}

/** The resource may stand behind its spans: they share an object that is filled when it comes. */
function readResourceSpans(reader: ProtobufReader, request: SpanRequest): void {
  const resource: Attributes = {};
  const readScope = () => eachMessage(reader, 2, () => addSpan(request, () => readSpan(reader, resource)));
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === message(1)) within(reader, () => eachMessage(reader, 1, () => readPair(reader, resource, 0)));
    else if (tag === message(2)) within(reader, readScope);
    else reader.skip(tag);
}

/** A span of broken bytes is refused alone: its length is known. */
function readSpan(reader: ProtobufReader, resource: Attributes): Span {
  const span: Span = {
    ...{ traceId: '', spanId: '', parentSpanId: null, name: '', startedUs: Number.NaN, endedUs: Number.NaN },
    ...{ isError: false, message: null, attributes: {}, events: [], resource },
  };
  const room = { left: MAX_ATTRIBUTES };
  try {
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
      if (tag === message(9)) within(reader, () => readAttribute(reader, span.attributes, room));
      else readField(reader, span, tag);
  } catch (error) {
    if (error instanceof Undecodable)
      throw new SpanRejection('The span is no protobuf message of this kind.', { cause: error });
    throw error;
  }
  return span;
}

function readAttribute(reader: ProtobufReader, attributes: Attributes, room: { left: number }): void {
  if (room.left-- > 0) readPair(reader, attributes, 0);
}

function readField(reader: ProtobufReader, span: Span, tag: number): void {
  if (tag === message(1)) span.traceId = reader.encoded('hex');
  else if (tag === message(2)) span.spanId = reader.encoded('hex');
  else if (tag === message(4)) span.parentSpanId = reader.encoded('hex') || null;
  else if (tag === message(5)) span.name = reader.text();
  else if (tag === fixed(7)) span.startedUs = reader.micros();
  else if (tag === fixed(8)) span.endedUs = reader.micros();
  else if (tag === message(11)) span.events.push(within(reader, () => readEvent(reader)));
  else if (tag === message(15)) within(reader, () => readStatus(reader, span));
  else reader.skip(tag);
}

function readEvent(reader: ProtobufReader): Span['events'][number] {
  const event = { name: '', attributes: {} };
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === message(2)) event.name = reader.text();
    else if (tag === message(3)) within(reader, () => readPair(reader, event.attributes, 0));
    else reader.skip(tag);
  return event;
}

function readStatus(reader: ProtobufReader, span: Span): void {
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === message(2)) span.message = reader.text() || null;
    else if (tag === varint(3)) span.isError = reader.int64() === 2;
    else reader.skip(tag);
}

/** A KeyValue, put into `attributes`. */
function readPair(reader: ProtobufReader, attributes: Attributes, depth: number): void {
  let key = '';
  let value: unknown = null;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === message(1)) key = reader.text();
    else if (tag === message(2)) value = within(reader, () => readValue(reader, depth + 1));
    else reader.skip(tag);
  attributes[key === '__proto__' ? '_proto_' : key] = value;
}

/** AnyValue: one of its fields is there. */
function readValue(reader: ProtobufReader, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new SpanRejection(`A value nests deeper than ${MAX_DEPTH} levels.`);
  const tag = reader.tag();
  if (tag === message(1)) return reader.text();
  if (tag === varint(2)) return reader.int64() !== 0;
  if (tag === varint(3)) return reader.int64();
  if (tag === fixed(4)) return toFinite(reader.double());
  if (tag === message(7)) return reader.encoded('base64');
  if (tag === message(5)) return within(reader, () => readList(reader, depth));
  return tag === message(6) ? within(reader, () => readObject(reader, depth)) : null;
}

function readList(reader: ProtobufReader, depth: number): unknown[] {
  const items: unknown[] = [];
  eachMessage(reader, 1, () => items.push(readValue(reader, depth + 1)));
  return items;
}

function readObject(reader: ProtobufReader, depth: number): Attributes {
  const object: Attributes = {};
  eachMessage(reader, 1, () => readPair(reader, object, depth + 1));
  return object;
}

const toFinite = (value: number): number | null => (Number.isFinite(value) ? value : null);
