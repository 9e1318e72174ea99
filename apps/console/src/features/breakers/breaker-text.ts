import type { Breaker } from '#console/api/contract.ts';
import { formatCount, formatDurationUs, formatShare } from '#console/lib/format/numbers.ts';

/** A measure in the unit of what is watched. */
export function formatMeasure(watch: Breaker['watch'], value: number): string {
  if (watch === 'error_rate') return formatShare(value);
  return watch === 'latency_p95' ? formatDurationUs(value * 1_000) : formatCount(value);
}

const watched: Record<Breaker['watch'], string> = {
  error_rate: 'error rate',
  latency_p95: 'p95',
  violations: 'violations',
};

type Watching = Pick<Breaker, 'watch' | 'over' | 'window_ms' | 'min_calls'>;

/** What opens it: `error rate over 15% in 5m 00s, from 20 calls on`. */
export const toThresholdText = ({ watch, over, window_ms, min_calls }: Watching): string =>
  `${watched[watch]} over ${formatMeasure(watch, over)} in ${formatDurationUs(window_ms * 1_000)}, from ${formatCount(min_calls)} calls on`;

const effects: Record<Breaker['effect'], string> = {
  none: 'nothing is stopped: the rule is in monitor',
  alert: 'nothing is stopped: half of its type is paused already, a person must decide',
  pause: 'the agent is paused',
  block_tool: 'the tool is blocked',
  route_version: 'the version was rolled back',
};

/** What being open does. */
export const toEffectText = ({ effect }: Pick<Breaker, 'effect'>): string => effects[effect];

/** What it is about besides its agent. */
export const toPartText = ({ tool, version_number }: Pick<Breaker, 'tool' | 'version_number'>): string | undefined =>
  tool ?? (version_number === null ? undefined : `version ${version_number}`);

/** The measure of one stretch of its window, as far as there is one. */
export function toBucketValue(
  watch: Breaker['watch'],
  bucket: { calls: number; errors: number; violations: number; p95_ms: number | null },
) {
  if (watch === 'violations') return bucket.violations;
  if (watch === 'latency_p95') return bucket.p95_ms ?? 0;
  return bucket.calls === 0 ? 0 : bucket.errors / bucket.calls;
}
