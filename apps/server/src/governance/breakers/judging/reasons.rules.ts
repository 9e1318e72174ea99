import type { BreakerIr } from '@mission-control/policy/evaluate';
import type { Measure } from './measure.rules.ts';

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** Why a breaker opened, for people. */
export function toReason({ watch, over, window_ms }: BreakerIr, { n, value }: Measure): string {
  const within = `in ${Math.round(window_ms / 1_000)} s`;
  switch (watch) {
    case 'error_rate':
      return `${percent(value)} of ${n} calls failed ${within}; ${percent(over)} are allowed.`;
    case 'latency_p95':
      return `95 % of ${n} calls took up to ${Math.round(value)} ms ${within}; ${over} ms are allowed.`;
    case 'violations':
      return `${value} violations in ${n} calls ${within}; ${over} are allowed.`;
  }
}
