import { describe, expect, it } from 'vitest';
import { toSparkPaths } from './spark.ts';

describe('toSparkPaths', () => {
  it('puts the highest value on top and zero at the bottom', () => {
    expect(toSparkPaths([0, 10], 100, 20).line).toBe('M0 19L100 1');
  });

  it('breaks the line where nothing was measured', () => {
    expect(toSparkPaths([1, null, 1], 100, 20).line).toBe('M0 1M100 1');
  });

  it('draws zeros as a flat line and nothing for no points', () => {
    expect(toSparkPaths([0, 0], 100, 20).line).toBe('M0 19L100 19');
    expect(toSparkPaths([], 100, 20)).toEqual({ line: '', area: '' });
  });
});
