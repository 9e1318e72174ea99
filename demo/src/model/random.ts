/** Numbers from 0 up to 1, the same for the same seed. */
export type Random = () => number;

/** Spreads neighbouring seeds over all states: 2^32 divided by the golden ratio. */
const SPREAD_SEEDS = 0x9e3779b1;

/** A seeded generator (mulberry32): small, fast, good enough to vary latencies and topics. */
export function createRandom(seed: number): Random {
  let state = Math.imul(seed + 1, SPREAD_SEEDS) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of `items`, which must not be empty. */
export const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

/** A positive number around `median`, sometimes much larger: latencies look like this. */
export function logNormal(random: Random, median: number, spread: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(spread * normal);
}
