import type { MessageShape } from '../../src/telemetry/otlp/signals/read-message.ts';
import { PAIR, RESOURCE } from '../../src/telemetry/otlp/signals/shapes.ts';

const EVENT: MessageShape = {
  9: ['timeUnixNano', 'nanos'],
  18: ['name', 'text'],
  26: ['attributes', { many: () => PAIR }],
};
const STATUS: MessageShape = { 18: ['message', 'text'], 24: ['code', 'int'] };
const SPAN: MessageShape = {
  ...{ 10: ['traceId', 'hex'], 18: ['spanId', 'hex'], 34: ['parentSpanId', 'hex'], 42: ['name', 'text'] },
  ...{ 48: ['kind', 'int'], 57: ['startTimeUnixNano', 'nanos'], 65: ['endTimeUnixNano', 'nanos'] },
  ...{ 74: ['attributes', { many: () => PAIR }], 90: ['events', { many: () => EVENT }] },
  122: ['status', { one: () => STATUS }],
};
const SCOPE_SPANS: MessageShape = { 18: ['spans', { many: () => SPAN }] };
const RESOURCE_SPANS: MessageShape = {
  ...{ 10: ['resource', { one: () => RESOURCE }], 18: ['scopeSpans', { many: () => SCOPE_SPANS }] },
};
/** ExportTraceServiceRequest. */
const TRACES: MessageShape = { 10: ['resourceSpans', { many: () => RESOURCE_SPANS }] };

/** A traces request of OTLP's JSON as protobuf. */
export const toProtobuf = (request: object): Buffer => encode(request as Record<string, unknown>, TRACES);

function encode(fields: Record<string, unknown>, shape: MessageShape): Buffer {
  const parts = Object.entries(shape).flatMap(([tag, [name, type]]): Buffer[] => {
    const value = fields[name];
    if (value === undefined || value === '') return [];
    if (typeof type === 'string') return [toVarint(BigInt(tag)), ...encodeScalar(value, type)];
    const inner = 'one' in type ? type.one() : type.many();
    const items = ('one' in type ? [value] : value) as Record<string, unknown>[];
    return items.flatMap((item) => [toVarint(BigInt(tag)), ...withLength(encode(item, inner))]);
  });
  return Buffer.concat(parts);
}

function encodeScalar(value: unknown, type: string): Buffer[] {
  if (type === 'text') return withLength(Buffer.from(String(value)));
  if (type === 'hex' || type === 'base64') return withLength(Buffer.from(String(value), type));
  if (type === 'bool' || type === 'int') return [toVarint(BigInt.asUintN(64, BigInt(value as string)))];
  const bytes = Buffer.alloc(8);
  if (type === 'nanos') bytes.writeBigUInt64LE(BigInt(value as string));
  else bytes.writeDoubleLE(Number(value));
  return [bytes];
}

const withLength = (bytes: Buffer): Buffer[] => [toVarint(BigInt(bytes.length)), bytes];

function toVarint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
