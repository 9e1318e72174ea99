import type { Fields } from '../../batches/fields.rules.ts';
import { ProtobufReader } from '../wire/protobuf.ts';
import { Undecodable } from '../wire/span.ts';

/** How fields of a message become fields of OTLP's JSON, by their tag (`number << 3 | wire type`). */
export interface MessageShape {
  readonly [tag: number]: readonly [name: string, type: FieldType];
}
type FieldType =
  | 'text'
  | 'hex'
  | 'base64'
  | 'bool'
  | 'int'
  | 'double'
  | 'nanos'
  | { one(): MessageShape }
  | { many(): MessageShape };

/** Deeper than any request nests, as far as values may. */
const MAX_DEPTH = 100;

/** Reads a message of logs or metrics as OTLP's JSON has it; these are no hot path. Throws {@link Undecodable}. */
export const readMessage = (body: Buffer, shape: MessageShape): Fields =>
  readFields(new ProtobufReader(body), shape, 0);

function readFields(reader: ProtobufReader, shape: MessageShape, depth: number): Fields {
  if (depth > MAX_DEPTH) throw new Undecodable('The body nests too deep.');
  const fields: Fields = {};
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    const known = shape[tag];
    if (known) readField(reader, fields, known, depth);
    else reader.skip(tag);
  }
  return fields;
}

function readField(reader: ProtobufReader, fields: Fields, [name, type]: MessageShape[number], depth: number): void {
  if (typeof type === 'string') {
    fields[name] = READ[type](reader);
    return;
  }
  const outer = reader.enter();
  if ('one' in type) fields[name] = readFields(reader, type.one(), depth + 1);
  else {
    const items = (fields[name] ?? []) as Fields[]; // a repeated field is only ever put here
    items.push(readFields(reader, type.many(), depth + 1));
    fields[name] = items;
  }
  reader.leave(outer);
}

const READ: Record<Extract<FieldType, string>, (reader: ProtobufReader) => unknown> = {
  text: (reader) => reader.text(),
  hex: (reader) => reader.encoded('hex'),
  base64: (reader) => reader.encoded('base64'),
  bool: (reader) => reader.int64() !== 0,
  int: (reader) => reader.int64(),
  double: (reader) => reader.double(),
  nanos: (reader) => `${reader.micros()}000`,
};
