import { Undecodable } from './span.ts';

const TWO_TO_32 = 2 ** 32;
const SHORT_TEXT = 48;
/** A power of two. */
const SLOTS = 512;

/**
 * Reads the fields of one protobuf message after the other, without copies. A class, because this is the hot path. Every
 * method throws {@link Undecodable} where the bytes are no message.
 */
export class ProtobufReader {
  readonly #bytes: Buffer;
  #at = 0;
  #end: number;
  #high = 0;
  readonly #known: (string | undefined)[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  /** Number and wire type of the next field, `number << 3 | type`; 0 at the end of the message. */
  tag(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.#low();
    if (tag < 8 || this.#high !== 0) throw cut();
    return tag;
  }

  /** An int64; exact to ±2^53. */
  int64(): number {
    const low = this.#low();
    return (this.#high | 0) * TWO_TO_32 + low;
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  /** A fixed64 of nanoseconds as whole microseconds. */
  micros(): number {
    const at = this.#take(8);
    const high = this.#bytes.readUInt32LE(at + 4);
    // 2^32 = 1,000 × 4,294,967 + 296: the nanoseconds themselves are beyond 2^53.
    return high * 4_294_967 + Math.floor((high * 296 + this.#bytes.readUInt32LE(at)) / 1_000);
  }

  text(): string {
    const length = this.#length();
    const at = this.#take(length);
    return length <= SHORT_TEXT ? this.#short(at, at + length) : this.#decode(at, at + length);
  }

  /** Short texts (names, keys) come again and again: one that stands in its slot already is not decoded. */
  #short(from: number, to: number): string {
    let hash = 0;
    for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (this.#bytes[at] as number)) | 0;
    const slot = hash & (SLOTS - 1);
    const known = this.#known[slot];
    if (known !== undefined && this.#isAscii(known, from, to)) return known;
    const text = this.#decode(from, to);
    this.#known[slot] = text;
    return text;
  }

  /** Whether these bytes are the characters of a text, each one byte. */
  #isAscii(text: string, from: number, to: number): boolean {
    if (text.length !== to - from) return false;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127 || code !== this.#bytes[from + index]) return false;
    }
    return true;
  }

  #decode(from: number, to: number): string {
    const text = this.#bytes.toString('utf8', from, to);
    return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
  }

  /** Bytes as text of an encoding. */
  encoded(encoding: 'hex' | 'base64'): string {
    const length = this.#length();
    const at = this.#take(length);
    return this.#bytes.toString(encoding, at, at + length);
  }

  /** Steps into the message that is the value of this field. Gives what {@link leave} wants. */
  enter(): number {
    const length = this.#length();
    const outer = this.#end;
    if (length > outer - this.#at) throw cut();
    this.#end = this.#at + length;
    return outer;
  }

  /** Goes on behind the message, wherever in it reading stopped. */
  leave(outer: number): void {
    this.#at = this.#end;
    this.#end = outer;
  }

  /** Steps over the value of a field. */
  skip(tag: number): void {
    const type = tag & 7;
    if (type === 0) this.#low();
    else if (type === 1) this.#take(8);
    else if (type === 2) this.#take(this.#length());
    else if (type === 5) this.#take(4);
    else throw cut();
  }

  #length(): number {
    const length = this.#low();
    if (this.#high !== 0) throw cut();
    return length;
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) throw cut();
    this.#at = at + length;
    return at;
  }

  /** A varint: its lower 32 bits; the upper stand in `#high`. */
  #low(): number {
    let low = 0;
    this.#high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= this.#end) throw cut();
      const byte = this.#bytes[this.#at++] as number;
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else if (shift === 28) {
        low |= (byte & 0x0f) << 28;
        this.#high = (byte & 0x7f) >> 4;
      } else if (shift < 63) this.#high |= (byte & 0x7f) << (shift - 32);
      else this.#high |= (byte & 1) << 31;
      if (byte < 0x80) {
        this.#high >>>= 0;
        return low >>> 0;
      }
    }
    throw cut();
  }
}

const cut = () => new Undecodable('The body is no protobuf message of this kind.');
