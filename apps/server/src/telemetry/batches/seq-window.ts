const SIZE = 1024;

/** Which sequence numbers of a run were seen: the highest and 1,024 below it. Lower ones are believed. */
export class SeqWindow {
  #highest = -1;
  readonly #seen = new Uint32Array(SIZE / 32);

  get highest(): number {
    return this.#highest;
  }

  /** Notes a number; false when it was seen before. */
  take(seq: number): boolean {
    if (seq > this.#highest) this.#advance(seq);
    else if (seq <= this.#highest - SIZE) return true;
    const word = (seq % SIZE) >>> 5;
    const bit = 1 << (seq % 32);
    if (((this.#seen[word] as number) & bit) !== 0) return false;
    (this.#seen[word] as number) |= bit;
    return true;
  }

  #advance(seq: number): void {
    if (seq - this.#highest >= SIZE) this.#seen.fill(0);
    else for (let next = this.#highest + 1; next <= seq; next++) this.#forget(next);
    this.#highest = seq;
  }

  #forget(seq: number): void {
    (this.#seen[(seq % SIZE) >>> 5] as number) &= ~(1 << (seq % 32));
  }
}
