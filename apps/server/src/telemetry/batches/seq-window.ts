const SIZE = 1024;

/** Which sequence numbers of a run were seen: the highest and 1,024 below it. Lower ones are believed. */
export class SeqWindow {
  #lowest = 0;
  #highest = -1;
  /** One bit per number, made when the first gap or repeat appears: most runs arrive in order and without any. */
  #seen: Uint32Array | undefined;

  /** Notes a number; false when it was seen before. */
  take(seq: number): boolean {
    if (this.#seen === undefined) {
      if (this.#highest === -1) this.#lowest = seq;
      if (this.#highest === -1 || seq === this.#highest + 1) {
        this.#highest = seq;
        return true;
      }
    }
    this.#seen ??= this.#toBits();
    return this.#takeBit(this.#seen, seq);
  }

  #toBits(): Uint32Array {
    const seen = new Uint32Array(SIZE / 32);
    for (let seq = Math.max(this.#lowest, this.#highest - SIZE + 1); seq <= this.#highest; seq++) set(seen, seq);
    return seen;
  }

  #takeBit(seen: Uint32Array, seq: number): boolean {
    if (seq <= this.#highest - SIZE) return true;
    if (seq > this.#highest) {
      if (seq - this.#highest >= SIZE) seen.fill(0);
      else for (let next = this.#highest + 1; next <= seq; next++) clear(seen, next);
      this.#highest = seq;
    }
    if (isSet(seen, seq)) return false;
    set(seen, seq);
    return true;
  }
}

const word = (seq: number): number => (seq % SIZE) >>> 5;
const bit = (seq: number): number => 1 << (seq % 32);
const isSet = (seen: Uint32Array, seq: number): boolean => ((seen[word(seq)] as number) & bit(seq)) !== 0;

function set(seen: Uint32Array, seq: number): void {
  (seen[word(seq)] as number) |= bit(seq);
}

function clear(seen: Uint32Array, seq: number): void {
  (seen[word(seq)] as number) &= ~bit(seq);
}
