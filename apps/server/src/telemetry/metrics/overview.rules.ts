import { mergeHistograms, quantile } from '#server/platform/histograms/histogram.rules.ts';
import type { AgentFigures, Overview, Trend } from './metrics.schema.ts';
import type { CostRow, MetricRow } from './metrics.store.ts';

const STEPS = 60;
const MINUTE_S = 60;
/** How far back "now" reaches in a rate. */
const RECENT_S = 300;

/** Everything that the Overview is made from. */
export interface OverviewFacts {
  at: Date;
  windowS: number;
  rows: readonly MetricRow[];
  costs: readonly CostRow[];
  active: ReadonlyMap<string | null, number>;
  violations: { byAgent: ReadonlyMap<string, number>; open: number };
  health: ReadonlyMap<string, number>;
}

/** About sixty steps of whole minutes. */
export const toStepS = (windowS: number): number => Math.ceil(windowS / STEPS / MINUTE_S) * MINUTE_S;

/** The window that ends with the step of `at`, on whole steps. */
export function toWindow(at: Date, windowS: number): { from: Date; stepS: number; steps: number } {
  const stepS = toStepS(windowS);
  const steps = Math.ceil(windowS / stepS);
  const end = Math.floor(at.getTime() / 1_000 / stepS) * stepS + stepS;
  return { from: new Date((end - steps * stepS) * 1_000), stepS, steps };
}

export function toOverview(facts: OverviewFacts): Overview {
  const { at, windowS, rows, costs, active, violations, health } = facts;
  const { stepS, steps } = toWindow(at, windowS);
  const byStep = Array.from({ length: steps }, (_, step) => rows.filter((row) => row.step === step));
  const all = sumRows(rows);
  const colour = (name: string) => health.get(name) ?? 0;
  return {
    at: at.toISOString(),
    window_s: windowS,
    step_s: stepS,
    health: { green: colour('green'), amber: colour('amber'), red: colour('red'), grey: colour('grey') },
    active_runs: toActiveTrend(sum([...active.values()]), byStep),
    runs_per_min: {
      value: perMinute(rows, steps, stepS, 'started'),
      points: byStep.map((at) => sumRows(at).started / (stepS / MINUTE_S)),
    },
    error_rate: { value: toRate(all), points: byStep.map((at) => toRate(sumRows(at))) },
    p95_ms: { value: toP95(rows), points: byStep.map(toP95) },
    tokens_per_min: {
      value: perMinute(rows, steps, stepS, 'tokens'),
      points: byStep.map((at) => sumRows(at).tokens / (stepS / MINUTE_S)),
    },
    cost_today_usd: {
      value: sum(costs.map(({ cost_usd }) => cost_usd)),
      points: byStep.map((at) => sumRows(at).cost_usd),
    },
    unpriced_tokens_today: sum(costs.map(({ unpriced_tokens }) => unpriced_tokens)),
    open_violations: violations.open,
    agents: toAgents(facts),
  };
}

/** Counted back from now: who began later was not active yet, who ended later still was. */
function toActiveTrend(now: number, byStep: readonly MetricRow[][]): Trend {
  const points: number[] = [];
  let active = now;
  for (const rows of byStep.toReversed()) {
    points.unshift(Math.max(0, active));
    const { started, ended } = sumRows(rows);
    active += ended - started;
  }
  return { value: now, points };
}

function toAgents({ at, windowS, rows, costs, active, violations }: OverviewFacts): AgentFigures[] {
  const { stepS, steps } = toWindow(at, windowS);
  const ids = new Set([...rows, ...costs].map(({ agent_id }) => agent_id));
  for (const id of active.keys()) ids.add(id);
  return [...ids]
    .filter((id) => id !== null)
    .map((agent_id) => {
      const own = rows.filter((row) => row.agent_id === agent_id);
      const cost = costs.find((row) => row.agent_id === agent_id);
      const started = new Map(own.map((row) => [row.step, row.started]));
      return {
        agent_id,
        active_runs: active.get(agent_id) ?? 0,
        runs_per_min: perMinute(own, steps, stepS, 'started'),
        error_rate: toRate(sumRows(own)),
        p95_ms: toP95(own),
        tokens_per_h: (sumRows(own).tokens * 3_600) / windowS,
        cost_today_usd: cost?.cost_usd ?? 0,
        unpriced_tokens_today: cost?.unpriced_tokens ?? 0,
        violations: violations.byAgent.get(agent_id) ?? 0,
        runs_points: Array.from({ length: steps }, (_, step) => started.get(step) ?? 0),
      };
    });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const sumRows = (rows: readonly MetricRow[]) => ({
  started: sum(rows.map(({ started }) => started)),
  ended: sum(rows.map(({ ended }) => ended)),
  failed: sum(rows.map(({ failed }) => failed)),
  tokens: sum(rows.map(({ tokens }) => tokens)),
  cost_usd: sum(rows.map(({ cost_usd }) => cost_usd)),
});

const toRate = ({ ended, failed }: { ended: number; failed: number }): number | null =>
  ended === 0 ? null : failed / ended;

function toP95(rows: readonly MetricRow[]): number | null {
  const us = quantile(mergeHistograms(rows.flatMap(({ durations }) => durations)), 0.95);
  return us === null ? null : us / 1_000;
}

/** The rate over the last steps that make up five minutes; the running step counts. */
function perMinute(rows: readonly MetricRow[], steps: number, stepS: number, field: 'started' | 'tokens'): number {
  const recent = Math.max(1, Math.round(RECENT_S / stepS));
  const counted = rows.filter(({ step }) => step >= steps - recent);
  return sumRows(counted)[field] / ((recent * stepS) / MINUTE_S);
}
