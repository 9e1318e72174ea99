import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCompact,
  formatCostUsd,
  formatDurationUs,
  formatShare,
  plural,
  shortenMiddle,
  toWords,
} from './numbers.ts';

describe('formatDurationUs', () => {
  it.each([
    [0, '0 µs'],
    [480, '480 µs'],
    [1_500, '1.5 ms'],
    [48_000, '48 ms'],
    [480_000, '480 ms'],
    [999_000, '999 ms'],
    [1_000_000, '1 s'],
    [3_210_000, '3.21 s'],
    [17_940_000, '17.9 s'],
    [65_000_000, '1m 05s'],
    [7_380_000_000, '2h 03m'],
    [93_600_000_000, '1d 02h'],
  ])('writes %i µs as %s', (us, text) => {
    expect(formatDurationUs(us)).toBe(text);
  });
});

describe('formatCostUsd', () => {
  it('keeps small costs readable and marks a lower bound', () => {
    expect(formatCostUsd(0)).toBe('$0.00');
    expect(formatCostUsd(0.0047)).toBe('$0.0047');
    expect(formatCostUsd(0.113)).toBe('$0.113');
    expect(formatCostUsd(4.3)).toBe('$4.30');
    expect(formatCostUsd(4.3, 120)).toBe('≥ $4.30');
  });

  it('shows no number when nothing has a price', () => {
    expect(formatCostUsd(null)).toBe('–');
    expect(formatCostUsd(0, 120)).toBe('–');
  });
});

describe('numbers', () => {
  it('never writes a small share as zero', () => {
    expect(formatShare(0)).toBe('0%');
    expect(formatShare(0.0004)).toBe('<0.1%');
    expect(formatShare(0.041)).toBe('4.1%');
    expect(formatShare(0.5)).toBe('50%');
  });

  it('shortens large counts and sizes', () => {
    expect(formatCompact(9_999)).toBe('9,999');
    expect(formatCompact(48_213)).toBe('48.2K');
    expect(formatBytes(812)).toBe('812 B');
    expect(formatBytes(14_200)).toBe('14.2 kB');
    expect(formatBytes(2_000_000)).toBe('2 MB');
  });

  it('counts in words', () => {
    expect(plural(1, 'run')).toBe('1 run');
    expect(plural(1_200, 'run')).toBe('1,200 runs');
  });
});

describe('names', () => {
  it('shortens identifiers in the middle and keeps the tail, which tells UUIDv7 apart', () => {
    expect(shortenMiddle('01a1fc7b-3347-7e26-9453-e3164724e05a')).toBe('01a1…24e05a');
    expect(shortenMiddle('k12')).toBe('k12');
  });

  it('writes codes as words', () => {
    expect(toWords('capability.tool_undeclared')).toBe('Tool undeclared');
    expect(toWords('policy.rule')).toBe('Policy rule');
  });
});
