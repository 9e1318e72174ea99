/** Seeded chance: the same seed gives the same world (mulberry32). */
export interface Dice {
  /** 0 up to 1. */
  next(): number;
  normal(): number;
  /** So many events when `mean` are expected. */
  poisson(mean: number): number;
  /** An index by its weight. */
  pick(weights: readonly number[]): number;
}

export function createDice(seed: number): Dice {
  let state = (seed * 0x9e3779b1) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    poisson(mean) {
      const limit = Math.exp(-mean);
      let [n, product] = [0, next()];
      for (; product > limit; n++) product *= next();
      return n;
    },
    pick(weights) {
      let left = next() * weights.reduce((sum, weight) => sum + weight, 0);
      const index = weights.findIndex((weight) => {
        left -= weight;
        return left < 0;
      });
      return Math.max(0, index);
    },
  };
}
