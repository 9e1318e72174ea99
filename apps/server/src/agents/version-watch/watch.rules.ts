import type { VersionWatch, WatchedFigures, WatchFinding } from './watch.schema.ts';

/** A run that ended, as far as versions are compared by it. */
export interface WatchedRun {
  is_error: boolean;
  dur_us: number | null;
  tool_calls: number;
  tokens: number;
  score: number | null;
}

/** Below so many runs on either side nothing is said. */
const MIN_RUNS = 10;
/** The runs after which the watch is over. */
export const WATCHED_RUNS = 50;

/** One-sided; the watch looks often, so that a coincidence has many chances: 3 standard errors are 1 in 740 each. */
const MIN_Z = 3;
const MIN_ERROR_STEP = 0.05;
/** Against a version without enough runs of its own. */
const MAX_ERROR_RATE = 0.15;
const MAX_GROWTH = 1.5;
const MIN_P95_STEP_MS = 100;
const MIN_SCORE_STEP = 0.1;

export interface WatchFacts {
  after: readonly WatchedRun[];
  before: readonly WatchedRun[];
  /** Whether the time of the watch is over. */
  isOver: boolean;
}

/** What the runs of a new version say against those of the one before it. */
export function judgeVersion({ after, before, isOver }: WatchFacts): Omit<VersionWatch, 'at'> {
  const [now, then] = [toFigures(after), before.length >= MIN_RUNS ? toFigures(before) : null];
  const isJudged = after.length >= MIN_RUNS;
  const findings = isJudged ? findAll(now, then, { after, before }) : [];
  return {
    verdict: toVerdict(findings, { isJudged, isDone: isOver || after.length >= WATCHED_RUNS }),
    after: now,
    before: then,
    findings,
  };
}

function toVerdict(
  findings: WatchFinding[],
  { isJudged, isDone }: { isJudged: boolean; isDone: boolean },
): VersionWatch['verdict'] {
  if (findings.some(({ rolls_back }) => rolls_back)) return 'worse';
  if (!isDone) return 'watching';
  if (!isJudged) return 'too_few';
  return findings.length > 0 ? 'changed' : 'good';
}

function findAll(
  now: WatchedFigures,
  then: WatchedFigures | null,
  runs: Pick<WatchFacts, 'after' | 'before'>,
): WatchFinding[] {
  const errors = findErrors(now, then, runs);
  if (then === null) return errors;
  return [
    ...errors,
    ...findLatency(now, then),
    ...findGrowth('tool_calls_per_run', 'tool calls', now, then),
    ...findGrowth('tokens_per_run', 'tokens', now, then),
    ...findScore(now, then),
  ];
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

function findErrors(
  now: WatchedFigures,
  then: WatchedFigures | null,
  { after, before }: Pick<WatchFacts, 'after' | 'before'>,
): WatchFinding[] {
  const rate = now.error_rate ?? 0;
  const was = then?.error_rate ?? null;
  const isWorse =
    was === null
      ? rate >= MAX_ERROR_RATE
      : rate - was >= MIN_ERROR_STEP && zOf(rate, after.length, was, before.length) >= MIN_Z;
  if (!isWorse) return [];
  const text = `${percent(rate)} of the runs failed; ${was === null ? 'nothing is known of the version before' : `before ${percent(was)}`}.`;
  return [{ metric: 'error_rate', before: was, after: rate, rolls_back: true, text }];
}

/** How many standard errors two shares are apart. */
function zOf(a: number, n: number, b: number, m: number): number {
  const pooled = (a * n + b * m) / (n + m);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  return deviation === 0 ? 0 : (a - b) / deviation;
}

function findLatency({ p95_ms: after }: WatchedFigures, { p95_ms: before }: WatchedFigures): WatchFinding[] {
  if (after === null || before === null) return [];
  if (after < before * MAX_GROWTH || after - before < MIN_P95_STEP_MS) return [];
  const text = `Runs take ${Math.round(after)} ms at p95; before ${Math.round(before)} ms.`;
  return [{ metric: 'p95_ms', before, after, rolls_back: true, text }];
}

/** More or less work is not worse by itself: a person is told. */
function findGrowth(
  metric: 'tool_calls_per_run' | 'tokens_per_run',
  words: string,
  { [metric]: after }: WatchedFigures,
  { [metric]: before }: WatchedFigures,
): WatchFinding[] {
  if (after === null || before === null) return [];
  const isSame = after < before * MAX_GROWTH && before < after * MAX_GROWTH;
  if (isSame || Math.abs(after - before) < 1) return [];
  const text = `A run has ${after.toFixed(1)} ${words}; before ${before.toFixed(1)}.`;
  return [{ metric, before, after, rolls_back: false, text }];
}

function findScore({ mean_score: after }: WatchedFigures, { mean_score: before }: WatchedFigures): WatchFinding[] {
  if (after === null || before === null || before - after < MIN_SCORE_STEP) return [];
  const text = `Runs score ${after.toFixed(2)} on average; before ${before.toFixed(2)}.`;
  return [{ metric: 'mean_score', before, after, rolls_back: true, text }];
}

function toFigures(runs: readonly WatchedRun[]): WatchedFigures {
  const scores = runs.flatMap(({ score }) => score ?? []);
  return {
    runs: runs.length,
    error_rate: meanOf(runs.map(({ is_error }) => (is_error ? 1 : 0))),
    p95_ms: p95Of(runs.flatMap(({ dur_us }) => dur_us ?? [])),
    tool_calls_per_run: meanOf(runs.map(({ tool_calls }) => tool_calls)),
    tokens_per_run: meanOf(runs.map(({ tokens }) => tokens)),
    // A few scores say little about all of them.
    mean_score: scores.length >= MIN_RUNS ? meanOf(scores) : null,
  };
}

const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

function p95Of(durationsUs: number[]): number | null {
  const sorted = durationsUs.toSorted((a, b) => a - b);
  const found = sorted[Math.ceil(sorted.length * 0.95) - 1];
  return found === undefined ? null : found / 1_000;
}
