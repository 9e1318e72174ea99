import type { ReadinessReason, Shadow } from './shadows.schema.ts';

const HOUR_MS = 3_600_000;
const OBSERVED_HOURS = 24;
const MAX_MS = 31 * 24 * HOUR_MS;

export interface Span {
  fromMs: number;
  toMs: number;
}

/** The span that is looked at: as asked, else since the version holds, at most 31 days. */
export function toSpan(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  { sinceMs, nowMs }: { sinceMs: number | undefined; nowMs: number },
): Span {
  const toMs = to === undefined ? nowMs : Date.parse(to);
  const wanted = from === undefined ? (sinceMs ?? toMs - 7 * 24 * HOUR_MS) : Date.parse(from);
  return { fromMs: Math.max(Math.min(wanted, toMs - 1), toMs - MAX_MS), toMs };
}

/** Hours for up to three days, else days. */
export const toUnit = ({ fromMs, toMs }: Span): 'hour' | 'day' => (toMs - fromMs <= 72 * HOUR_MS ? 'hour' : 'day');

interface Observed {
  sinceMs: number | undefined;
  nowMs: number;
  monitored: number;
  calls: number;
  runsHitSucceeded: number;
}

/** Whether rules in monitor may be enforced, and what speaks against it. */
export function judgeReadiness({ sinceMs, nowMs, monitored, calls, runsHitSucceeded }: Observed): Shadow['readiness'] {
  const hours = sinceMs === undefined ? 0 : (nowMs - sinceMs) / HOUR_MS;
  const against: [ReadinessReason, boolean][] = [
    ['nothing_in_monitor', monitored === 0],
    ['observed_under_24h', hours < OBSERVED_HOURS],
    ['no_calls', calls === 0],
    ['hits_succeeded_runs', runsHitSucceeded > 0],
  ];
  const reasons = against.flatMap(([reason, holds]) => (holds ? [reason] : []));
  return {
    ready: reasons.length === 0,
    observed_since: sinceMs === undefined ? null : new Date(sinceMs).toISOString(),
    observed_hours: Math.round(hours * 10) / 10,
    reasons,
  };
}
