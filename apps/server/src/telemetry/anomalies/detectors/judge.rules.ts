import type { Detector, Severity } from '../anomalies.schema.ts';
import type { AgentState, MinuteSums } from './agent-state.rules.ts';
import { type Drift, divergence } from './drift.rules.ts';
import type { Finding } from './finding.schema.ts';
import type { Scale, ToolSums } from './sums.rules.ts';
import { toValueAt } from './sums.rules.ts';
import type { Usual } from './usual.rules.ts';

/** What is looked at besides the runs that ended. */
export interface Look {
  /** Epoch ms. */
  at: number;
  usual: Usual;
  /** When a run began last, epoch ms; null when none is known. */
  lastStartAt: number | null;
  /** Calls of tools by minute, newest minute first. */
  toolMinutes: readonly Readonly<Record<string, ToolSums>>[];
  /** A version that is new is compared with the one before it, not with what was usual. */
  isNewVersion: boolean;
  /** By detector: 1.2 where people found it of no use. */
  strictness: Partial<Record<Detector, number>>;
}

/** Natural logarithm of the odds at which it is said: an agent has some hundred thousand runs a week. */
const MIN_EVIDENCE = 11;
const MIN_DRIFT = 12;
/** Scores have no factor that must be reached besides. */
const MIN_SCORE_DRIFT = 15;
const MINUTE_MS = 60_000;

/** Everything unusual about an agent at a moment. */
export function judgeAgent(state: AgentState, look: Look): Finding[] {
  const always = [findErrors(state, look), findAttempts(state, look), findSilence(look)];
  const sameVersion = look.isNewVersion
    ? []
    : [
        findGrowth(state, look, 'latency'),
        findGrowth(state, look, 'tokens'),
        findScore(state, look),
        ...findMix(look),
        ...findAbsences(state, look),
      ];
  return [...always, ...sameVersion].filter((finding) => finding !== undefined);
}

const isOver = ({ sum }: Drift, bound: number, look: Look, detector: Detector): boolean =>
  sum >= bound * (look.strictness[detector] ?? 1);

const METRICS = { latency: 'run_ms', tokens: 'run_tokens' } as const;
/** Sudden changes are told from this factor on, slow ones from less: they are sure by their number. */
const SUDDEN_RATIO = 1.5;
const SLOW_RATIO = 1.12;
const SLOW_Z = 5.2;
const MIN_SLOW_RUNS = 100;
const MIN_MORE_MS = 250;
/** The band that holds 95 % of runs. */
const BAND_Z = 1.96;

function findGrowth(state: AgentState, look: Look, detector: 'latency' | 'tokens'): Finding | undefined {
  const scale = look.usual[detector === 'latency' ? 'ms' : 'tokens'];
  if (!scale) return undefined;
  const strictness = look.strictness[detector] ?? 1;
  const change = findSudden(state[detector], scale, strictness) ?? findSlow(state.minutes, scale, detector, strictness);
  if (!change) return undefined;
  const observed = Math.exp(scale.median) * change.ratio;
  if (detector === 'latency' && observed - Math.exp(scale.median) < MIN_MORE_MS) return undefined;
  return {
    ...{ detector, metric: METRICS[detector], scope: '', severity: bySize(change.ratio), observed },
    ...{ low: toValueAt(scale, -BAND_Z), high: toValueAt(scale, BAND_Z), z: change.z, n: change.n },
    ...{
      level: look.usual.level,
      beganAt: change.since,
      runIds: change.runIds,
      isInstant: change.isSudden,
      about: null,
    },
  };
}

interface Change {
  ratio: number;
  z: number;
  n: number;
  since: number;
  runIds: readonly string[];
  /** Told by evidence that adds up run by run: seen once is enough. */
  isSudden: boolean;
}

const toRatio = ({ spread, deviation }: Scale, distance: number): number => Math.exp(distance * spread * deviation);

function findSudden({ sum, n, total, since, runIds }: Drift, scale: Scale, strictness: number): Change | undefined {
  if (sum < MIN_DRIFT * strictness) return undefined;
  const ratio = toRatio(scale, total / n);
  return ratio < SUDDEN_RATIO ? undefined : { ratio, z: total / Math.sqrt(n), n, since, runIds, isSudden: true };
}

/** Of all spans that end now, the one that speaks most for a change. */
function findSlow(
  minutes: readonly MinuteSums[],
  scale: Scale,
  field: 'latency' | 'tokens',
  strictness: number,
): Change | undefined {
  let [n, sum] = [0, 0];
  let best: { minute: MinuteSums; z: number; n: number; ratio: number } | undefined;
  for (const minute of minutes.toReversed()) {
    n += minute.n;
    sum += minute[field];
    const z = sum / Math.sqrt(n);
    const ratio = toRatio(scale, sum / n);
    if (n >= MIN_SLOW_RUNS && ratio >= SLOW_RATIO && z > (best?.z ?? 0)) best = { minute, z, n, ratio };
  }
  if (!best || best.z < SLOW_Z * strictness) return undefined;
  const runIds = minutes.slice(-3).map(({ runId }) => runId);
  return { ...best, since: best.minute.minute * MINUTE_MS, runIds, isSudden: false };
}

const bySize = (ratio: number): Severity =>
  ratio >= 6 ? 'critical' : ratio >= 3 ? 'high' : ratio >= 1.5 ? 'medium' : 'low';

const byRate = (rate: number): Severity =>
  rate >= 0.5 ? 'critical' : rate >= 0.25 ? 'high' : rate >= 0.1 ? 'medium' : 'low';

/** A finding of a drift, about all of the agent unless it says more. */
const ofDrift = (
  drift: Drift,
  { usual }: Look,
  rest: Pick<Finding, 'detector' | 'metric' | 'severity' | 'observed' | 'low' | 'high'> & Partial<Finding>,
): Finding => ({
  ...{ scope: '', level: usual.level, z: Math.sqrt(2 * drift.sum), n: drift.n, beganAt: drift.since },
  ...{ runIds: drift.runIds, isInstant: true, about: null },
  ...rest,
});

function findErrors({ errors }: AgentState, look: Look): Finding | undefined {
  if (!isOver(errors, MIN_EVIDENCE, look, 'error_rate')) return undefined;
  const observed = errors.total / errors.n;
  const metric = 'error_rate';
  return ofDrift(errors, look, {
    ...{ detector: 'error_rate', metric, severity: byRate(observed), observed, low: 0, high: look.usual.errorRate },
  });
}

function findScore({ score }: AgentState, look: Look): Finding | undefined {
  const usual = look.usual.score;
  if (!usual || !isOver(score, MIN_SCORE_DRIFT, look, 'score')) return undefined;
  const observed = score.total / score.n;
  return ofDrift(score, look, {
    ...{ detector: 'score', metric: 'score', severity: 'medium', observed },
    ...{ low: usual.mean - 3 * usual.deviation, high: Math.min(1, usual.mean + 3 * usual.deviation) },
  });
}

function findAttempts({ attempts }: AgentState, look: Look): Finding | undefined {
  if (!isOver(attempts, MIN_EVIDENCE, look, 'attempts')) return undefined;
  const [observed, usual] = [1 + attempts.total / attempts.n, 1 + look.usual.retryRate];
  if (observed < 2 * usual) return undefined;
  return ofDrift(attempts, look, {
    ...{ detector: 'attempts', metric: 'attempts_per_call', severity: observed >= 4 * usual ? 'high' : 'medium' },
    ...{ observed, low: 1, high: 2 * usual, about: mostRetried(look) },
  });
}

/** The tool that is tried again most. */
function mostRetried({ toolMinutes }: Look): string | null {
  const retries = new Map<string, number>();
  for (const tools of toolMinutes)
    for (const [name, sums] of Object.entries(tools)) retries.set(name, (retries.get(name) ?? 0) + sums.retries);
  const [most] = [...retries].sort(([, a], [, b]) => b - a);
  return most && most[1] > 0 ? most[0] : null;
}

const MIN_STARTS = 50;
const MIN_MINUTES = 60;
/** Runs that should have begun meanwhile; none by chance is less likely than one in a hundred thousand. */
const MISSING_STARTS = 12;
/** The quietest that the same hours were, roughly. */
const QUIET = 0.9;

function findSilence({ at, usual, lastStartAt, strictness }: Look): Finding | undefined {
  const { starts, minutes } = usual.sums;
  if (lastStartAt === null || starts < MIN_STARTS || minutes < MIN_MINUTES) return undefined;
  const rate = (starts / minutes) * QUIET;
  const missing = ((at - lastStartAt) / MINUTE_MS) * rate;
  if (missing < MISSING_STARTS * (strictness.silent ?? 1)) return undefined;
  return {
    ...{ detector: 'silent', metric: 'runs_per_min', scope: '', severity: 'high', observed: 0 },
    ...{ low: rate, high: null, z: -2 * Math.sqrt(missing), n: Math.round(missing), level: usual.level },
    ...{ beganAt: lastStartAt, runIds: [], isInstant: false, about: null },
  };
}

const MIN_CALLS = 50;
const MIN_DIVERGENCE = 0.15;
const MIN_KNOWN_RUNS = 200;

function findMix(look: Look): Finding[] {
  const { usual, toolMinutes, at, strictness } = look;
  if (usual.all.n < MIN_KNOWN_RUNS) return [];
  const usualMix = toMix(usual.all.tools);
  if (Object.keys(usualMix).length === 0) return [];
  const recent = toRecentMix(toolMinutes);
  if (!recent) return [];
  const observed = divergence(recent.mix, usualMix);
  const fresh = Object.keys(recent.mix).filter((name) => usualMix[name] === undefined);
  const chance = Object.keys(usualMix).length / 2 / recent.n;
  if (observed < (MIN_DIVERGENCE + chance) * (strictness.tool_mix ?? 1) && fresh.length === 0) return [];
  return [
    {
      ...{
        detector: 'tool_mix',
        metric: 'tool_mix',
        scope: '',
        severity: observed >= 0.4 ? 'high' : 'medium',
        observed,
      },
      ...{
        low: 0,
        high: MIN_DIVERGENCE,
        z: null,
        n: recent.n,
        level: 'agent',
        beganAt: at - recent.minutes * MINUTE_MS,
      },
      ...{ runIds: [], isInstant: false, about: fresh[0] ?? mostChanged(recent.mix, usualMix) },
    },
  ];
}

/** First tries by tool: trying again is not another mix. */
const toMix = (tools: Readonly<Record<string, ToolSums>>): Record<string, number> =>
  Object.fromEntries(Object.entries(tools).map(([name, { n, retries }]) => [name, Math.max(0, n - retries)]));

/** The shortest span of minutes with enough calls. */
function toRecentMix(toolMinutes: Look['toolMinutes']) {
  const mix: Record<string, number> = {};
  let n = 0;
  for (const [index, tools] of toolMinutes.entries()) {
    for (const [name, count] of Object.entries(toMix(tools))) {
      mix[name] = (mix[name] ?? 0) + count;
      n += count;
    }
    if (n >= MIN_CALLS) return { mix, n, minutes: index + 1 };
  }
  return undefined;
}

function mostChanged(now: Record<string, number>, usual: Record<string, number>): string | null {
  const [a, b] = [now, usual].map((mix) => Object.values(mix).reduce((sum, n) => sum + n, 0));
  const changes = [...new Set([...Object.keys(now), ...Object.keys(usual)])].map((name) => ({
    name,
    by: Math.abs((now[name] ?? 0) / (a || 1) - (usual[name] ?? 0) / (b || 1)),
  }));
  return changes.sort((x, y) => y.by - x.by)[0]?.name ?? null;
}

function findAbsences({ absences }: AgentState, look: Look): Finding[] {
  return [...absences].flatMap(([name, drift]) => {
    if (!isOver(drift, MIN_EVIDENCE, look, 'skipped_step')) return [];
    return [
      ofDrift(drift, look, {
        ...{ detector: 'skipped_step', metric: 'step_share', scope: name, severity: 'high', level: 'agent' },
        ...{ observed: 1 - drift.total / drift.n, low: 0.98, high: 1, about: name },
      }),
    ];
  });
}
