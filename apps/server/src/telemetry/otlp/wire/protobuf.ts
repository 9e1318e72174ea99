import { Undecodable } from './span.ts';

/** A field of a protobuf message: a number of 64 bits, or bytes. */
export type Field = { number: number; wire: 0 | 1 | 5; value: bigint } | { number: number; wire: 2; value: Buffer };

/** Reads the fields of a message one by one. Throws {@link Undecodable} where the bytes are none. */
export function* readFields(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw cut();
  };
  const take = (length: number): Buffer => {
    if (length > message.length - at) throw cut();
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (number === 0) throw cut();
    if (wire === 0) yield { number, wire, value: varint() };
    else if (wire === 1) yield { number, wire, value: take(8).readBigUInt64LE() };
    else if (wire === 2) yield { number, wire, value: take(Number(varint())) };
    else if (wire === 5) yield { number, wire, value: BigInt(take(4).readUInt32LE()) };
    else throw cut();
  }
}

const cut = () => new Undecodable('The body is no protobuf message of this kind.');
