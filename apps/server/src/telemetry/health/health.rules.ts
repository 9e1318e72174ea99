import type { z } from 'zod';
import type { HealthColour, HealthReason } from '#server/agents/index.ts';
import { type Histogram, mergeHistograms, quantile } from '#server/platform/histograms/histogram.rules.ts';

type Colour = z.infer<typeof HealthColour>;
type Reason = z.infer<typeof HealthReason>;

/** What is known of an agent, over the last five minutes where it is a rate. */
export interface HealthFacts {
  control_state: string;
  /** The worst of its breakers that stop something. */
  breaker: 'open' | 'half_open' | null;
  /** Processes heard of in the last 45 s. */
  processes: number;
  open_runs: number;
  ended: number;
  failed: number;
  durations: (Histogram | null)[];
  sla_ms: number | null;
  sla_percentile: number;
  /** Whether it was heard of in the last 15 minutes. */
  is_recent: boolean;
  /** The tool that takes most tries now; null when none was called often enough. */
  tries: Tries | null;
  /** The worst of its open anomalies that are more than low. */
  anomaly: { observed: number; high: number | null; explanation: string } | null;
}

/** How often a tool is tried per call over the last two minutes, and how often it usually is, if that is known. */
export interface Tries {
  tool: string;
  attempts: number;
  usual: number | null;
}

export interface Health {
  health: Colour;
  reasons: Reason[];
}

const MIN_RUNS = 20;
const RED_ERRORS = 0.15;
const AMBER_ERRORS = 0.05;

/** The colour of an agent and why (registry §7). `since` is when the reason first held, given by who remembers. */
export function toHealth(facts: HealthFacts): Health {
  if (facts.control_state !== 'active' && !isStoppedByBreaker(facts))
    return { health: 'grey', reasons: [reason('state', null, null, `The agent is ${facts.control_state}.`)] };
  const reds = toReds(facts);
  const ambers = toAmbers(facts);
  if (reds.length > 0) return { health: 'red', reasons: [...reds, ...ambers] };
  if (ambers.length > 0) return { health: 'amber', reasons: ambers };
  if (facts.processes > 0) return { health: 'green', reasons: [] };
  return {
    health: 'grey',
    reasons: facts.is_recent ? [] : [reason('no_data', null, 15, 'Nothing was heard for 15 minutes.')],
  };
}

/** What a breaker paused is as bad as what made it open. */
const isStoppedByBreaker = ({ control_state, breaker }: HealthFacts): boolean =>
  control_state === 'paused' && breaker === 'open';

function toReds(facts: HealthFacts): Reason[] {
  const reasons: Reason[] = [];
  if (facts.breaker === 'open') reasons.push(reason('breaker', null, null, 'A circuit breaker is open.'));
  if (facts.processes === 0 && facts.open_runs > 0)
    reasons.push(
      reason('no_process', facts.open_runs, 0, `No process was heard for 45 s while ${facts.open_runs} runs are open.`),
    );
  const rate = facts.failed / facts.ended;
  if (facts.ended >= MIN_RUNS && rate >= RED_ERRORS) reasons.push(errorRate(rate, RED_ERRORS));
  return reasons;
}

function toAmbers(facts: HealthFacts): Reason[] {
  const reasons: Reason[] = [];
  if (facts.breaker === 'half_open')
    reasons.push(reason('breaker', null, null, 'A circuit breaker is half open: some runs try whether it may close.'));
  reasons.push(...toTries(facts.tries), ...toAnomaly(facts.anomaly));
  if (facts.ended < MIN_RUNS) return reasons;
  const rate = facts.failed / facts.ended;
  if (rate >= AMBER_ERRORS && rate < RED_ERRORS) reasons.push(errorRate(rate, AMBER_ERRORS));
  const us = quantile(mergeHistograms(facts.durations), facts.sla_percentile);
  const share = `p${Math.round(facts.sla_percentile * 100)}`;
  if (us !== null && facts.sla_ms !== null && us / 1_000 > facts.sla_ms)
    reasons.push(
      reason(
        'latency',
        us / 1_000,
        facts.sla_ms,
        `Runs take ${Math.round(us / 1_000)} ms at ${share}; ${facts.sla_ms} ms were promised.`,
      ),
    );
  return reasons;
}

/** What is expected of a tool of which nothing is known. */
const USUAL_ATTEMPTS = 1.1;
const TIMES_USUAL = 2;

function toTries(tries: Tries | null): Reason[] {
  if (!tries) return [];
  const { tool, attempts, usual } = tries;
  const expected = usual ?? USUAL_ATTEMPTS;
  if (attempts < TIMES_USUAL * expected) return [];
  const text = `${tool} takes ${attempts.toFixed(1)} tries per call; ${expected.toFixed(1)} is usual.`;
  return [reason('attempts', attempts, TIMES_USUAL * expected, text)];
}

/** Until it closes; its sentence says what is unusual and who is behind it. */
const toAnomaly = (anomaly: HealthFacts['anomaly']): Reason[] =>
  anomaly ? [reason('anomaly', anomaly.observed, anomaly.high, anomaly.explanation)] : [];

const errorRate = (rate: number, threshold: number): Reason =>
  reason('error_rate', rate, threshold, `${(rate * 100).toFixed(1)} % of the runs of the last five minutes failed.`);

const reason = (code: string, value: number | null, threshold: number | null, text: string): Reason => ({
  code,
  value,
  threshold,
  since: null,
  text,
});

/** Keeps since when each reason holds. */
export const withSince = (reasons: readonly Reason[], before: readonly Reason[], at: string): Reason[] =>
  reasons.map((now) => ({ ...now, since: before.find(({ code }) => code === now.code)?.since ?? at }));

/** Whether two healths differ in colour or in the reasons for it; values alone make no difference. */
export const isChanged = (before: Health, now: Health): boolean =>
  before.health !== now.health ||
  before.reasons.length !== now.reasons.length ||
  now.reasons.some(({ code }) => before.reasons.every((reason) => reason.code !== code));
