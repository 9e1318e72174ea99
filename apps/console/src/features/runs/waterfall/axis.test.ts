import { describe, expect, it } from 'vitest';
import { toTicks } from './axis.ts';

describe('toTicks', () => {
  it('cuts a span into few round steps', () => {
    expect(toTicks(18_000_000)).toEqual([0, 5_000_000, 10_000_000, 15_000_000]);
    expect(toTicks(900)).toEqual([0, 200, 400, 600, 800]);
  });

  it('has one tick for no time at all', () => {
    expect(toTicks(0)).toEqual([0]);
  });
});
