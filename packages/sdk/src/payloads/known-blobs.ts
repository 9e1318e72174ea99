const MAX_KNOWN = 4_096;

/** Blobs that the server has, or that are on their way: least recently used go first. */
export class KnownBlobs {
  readonly #known = new Set<string>();
  /** How often blobs turned out to be lost. */
  losses = 0;

  /** Whether the blob need not be sent again. */
  has(day: string, hash: string): boolean {
    const key = day + hash;
    if (!this.#known.delete(key)) return false;
    this.#known.add(key);
    return true;
  }

  add(day: string, hash: string): void {
    this.#known.add(day + hash);
    if (this.#known.size <= MAX_KNOWN) return;
    for (const oldest of this.#known) {
      this.#known.delete(oldest);
      return;
    }
  }

  /** The server lacks these after all; their next use sends them again. */
  forget(hashes: readonly string[]): void {
    if (hashes.length === 0) return;
    this.losses++;
    const lost = new Set(hashes);
    for (const key of this.#known) if (lost.has(key.slice(10))) this.#known.delete(key);
  }
}
