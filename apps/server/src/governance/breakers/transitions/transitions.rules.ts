import type { BreakerIr } from '@mission-control/policy/evaluate';
import { isClearlyOver, isOver, isRunOver, type Measure } from '../judging/measure.rules.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

/** What a state machine remembers. Instants are milliseconds since 1970; null when it never was. */
export interface BreakerMemory {
  state: BreakerState;
  opened_at: number | null;
  closed_at: number | null;
  retry_at: number | null;
  open_count: number;
}

/** How a run went that tries whether a half-open breaker may close; `void` says nothing. */
export type ProbeOutcome = 'ok' | 'failed' | 'void';

/** What a breaker goes by when it is judged. */
export interface Evidence {
  /** Milliseconds since 1970. */
  at: number;
  /** -1..1, drawn anew each time. */
  jitter: number;
  /** Of the window. */
  measure: Measure;
  /** Of the runs that ended since it is half open. */
  probes: readonly ProbeOutcome[];
}

export type Transition =
  | { to: 'open'; open_count: number; retry_at: number; because: 'threshold' | 'probe' }
  | { to: 'half_open' }
  | { to: 'closed' };

const MINUTE_MS = 60_000;
const MAX_OPEN_MS = 15 * MINUTE_MS;
const JITTER = 0.1;
/** Within this time of the last opening only a clear excess opens again: what swings about the threshold does not flap. */
const CALM_MS = 10 * MINUTE_MS;

/** How long a breaker stays open: twice as long each time, at most 15 minutes (or what the rule itself asks), ± 10 %. */
export const toOpenMs = (openMs: number, count: number, jitter: number): number =>
  Math.round(Math.min(openMs * 2 ** count, Math.max(MAX_OPEN_MS, openMs)) * (1 + JITTER * jitter));

/** What becomes of a breaker; undefined when it stays as it is. */
export function nextTransition(rule: BreakerIr, memory: BreakerMemory, evidence: Evidence): Transition | undefined {
  switch (memory.state) {
    case 'closed':
      return mustOpen(rule, memory, evidence) ? toOpen(rule, countOf(memory, evidence.at), evidence) : undefined;
    case 'open':
      return evidence.at >= (memory.retry_at ?? 0) ? { to: 'half_open' } : undefined;
    case 'half_open':
      return judgeProbes(rule, memory, evidence);
  }
}

function mustOpen(rule: BreakerIr, { opened_at }: BreakerMemory, { at, measure }: Evidence): boolean {
  const isCalm = opened_at === null || at - opened_at >= CALM_MS;
  return isCalm ? isOver(rule, measure) : isClearlyOver(rule, measure);
}

/** One that opens soon after it closed goes on counting. */
const countOf = ({ closed_at, open_count }: BreakerMemory, at: number): number =>
  closed_at !== null && at - closed_at < MAX_OPEN_MS ? open_count + 1 : 0;

function judgeProbes(rule: BreakerIr, { open_count }: BreakerMemory, evidence: Evidence): Transition | undefined {
  if (evidence.probes.includes('failed')) return toOpen(rule, open_count + 1, evidence, 'probe');
  const passed = evidence.probes.filter((outcome) => outcome === 'ok').length;
  return passed >= rule.probes ? { to: 'closed' } : undefined;
}

const toOpen = (
  rule: BreakerIr,
  count: number,
  { at, jitter }: Evidence,
  because: 'threshold' | 'probe' = 'threshold',
): Transition => ({ to: 'open', open_count: count, retry_at: at + toOpenMs(rule.open_ms, count, jitter), because });

/** How an ended run counts as a probe: it failed, or its own calls are over the threshold. */
export function toProbeOutcome(rule: BreakerIr, status: string, measure: Measure): ProbeOutcome {
  if (status === 'cancelled') return 'void';
  return status === 'ok' && !isRunOver(rule, measure) ? 'ok' : 'failed';
}

/** A type with fewer agents may stand still as a whole. */
const SMALL_FLEET = 4;

/** Whether one more agent of a type may be paused without a person: at most half of four or more. */
export const mayPauseMore = (agents: number, paused: number): boolean =>
  agents < SMALL_FLEET || (paused + 1) * 2 <= agents;
