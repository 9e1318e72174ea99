import { expect, it } from 'vitest';
import { formatMeasure, toBucketValue, toThresholdText } from './breaker-text.ts';

it('says what opens a breaker in the unit of what it watches', () => {
  const window = { window_ms: 300_000, min_calls: 20 };
  expect(toThresholdText({ watch: 'error_rate', over: 0.15, ...window })).toBe(
    'error rate over 15% in 5m 00s, from 20 calls on',
  );
  expect(formatMeasure('latency_p95', 2_500)).toBe('2.5 s');
  expect(formatMeasure('violations', 12)).toBe('12');
});

it('measures a stretch of the window by what is watched', () => {
  const bucket = { calls: 8, errors: 2, violations: 3, p95_ms: null };
  expect(toBucketValue('error_rate', bucket)).toBe(0.25);
  expect(toBucketValue('violations', bucket)).toBe(3);
  expect(toBucketValue('latency_p95', bucket)).toBe(0);
  expect(toBucketValue('error_rate', { ...bucket, calls: 0 })).toBe(0);
});
