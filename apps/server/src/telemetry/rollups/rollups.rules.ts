import type { Tokens } from '../steps/step-row.ts';
import { toBin } from './histogram.rules.ts';

/** `start` counts runs that began, `all` runs that ended and the tokens of their calls, `decision` verdicts; others steps. */
export type Dim = 'start' | 'all' | 'tool' | 'model' | 'model_bucket' | 'step' | 'error_type' | 'decision';

const MINUTE_US = 60_000_000;
const HOUR_US = 60 * MINUTE_US;
/** Beyond so many values of one agent, dimension and hour the rest counts as one. */
const MAX_VALUES = 200;
const OTHER = '__other__';

/** Sums of one agent version, dimension, value and minute or hour. `cost` is in 1e-8 US dollars. */
export interface Rollup {
  orgId: string;
  agentId: string | null;
  versionId: string | null;
  dim: Dim;
  value: string;
  /** Start of the minute or hour, microseconds since 1970. */
  t: number;
  n: number;
  errors: number;
  blocked: number;
  retries: number;
  tokens: Tokens;
  cost: number;
  unpricedTokens: number;
  durSumUs: number;
  /** One entry per value counted; made a histogram when it is stored. */
  durBins: number[];
  ttftBins: number[];
  scoreSum: number;
  scoreN: number;
}

/** Sums by their key. */
export type Rollups = Map<string, Rollup>;

interface Place {
  orgId: string;
  agentId: string | null;
  versionId: string | null;
  /** When it ended, microseconds since 1970. */
  at: number;
}

/** The sums of a minute, made when it is the first of its kind. */
export function minuteOf(rollups: Rollups, place: Place, dim: Dim, value: string): Rollup {
  return sumOf(rollups, place, dim, value, MINUTE_US);
}

// biome-ignore lint/complexity/useMaxParams: called several times per event; an object per call would double its cost
function sumOf(rollups: Rollups, place: Place, dim: Dim, value: string, spanUs: number): Rollup {
  const t = place.at - (place.at % spanUs);
  const key = `${place.agentId}|${dim}|${value}|${t}|${place.versionId}|${place.orgId}`;
  const known = rollups.get(key);
  if (known) return known;
  const { orgId, agentId, versionId } = place;
  const made = { orgId, agentId, versionId, dim, value, t, ...emptySums() };
  rollups.set(key, made);
  return made;
}

const emptySums = () => ({
  n: 0,
  errors: 0,
  blocked: 0,
  retries: 0,
  tokens: noTokens(),
  cost: 0,
  unpricedTokens: 0,
  durSumUs: 0,
  durBins: [],
  ttftBins: [],
  scoreSum: 0,
  scoreN: 0,
});

export const noTokens = (): Tokens => ({ input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 });

export function addTokens(sum: Tokens, tokens: Tokens): void {
  sum.input += tokens.input;
  sum.cacheRead += tokens.cacheRead;
  sum.cacheWrite += tokens.cacheWrite;
  sum.output += tokens.output;
  sum.reasoning += tokens.reasoning;
}

/** Counts one duration. */
export function addDuration(sum: Rollup, durUs: number): void {
  sum.durSumUs += durUs;
  sum.durBins.push(toBin(durUs));
}

function addRollup(sum: Rollup, more: Rollup): void {
  sum.n += more.n;
  sum.errors += more.errors;
  sum.blocked += more.blocked;
  sum.retries += more.retries;
  addTokens(sum.tokens, more.tokens);
  sum.cost += more.cost;
  sum.unpricedTokens += more.unpricedTokens;
  sum.durSumUs += more.durSumUs;
  for (const bin of more.durBins) sum.durBins.push(bin);
  for (const bin of more.ttftBins) sum.ttftBins.push(bin);
  sum.scoreSum += more.scoreSum;
  sum.scoreN += more.scoreN;
}

/** Adds the minutes of several batches to the rows of one flush. */
export function mergeRollups(all: readonly Rollups[]): { minutes: Rollup[]; hours: Rollup[] } {
  const minutes: Rollups = new Map();
  for (const rollups of all)
    for (const [key, rollup] of rollups) {
      // A fresh sum: the batch keeps its own, for the retry of a failed flush.
      const sum = minutes.get(key) ?? { ...rollup, ...emptySums() };
      addRollup(sum, rollup);
      minutes.set(key, sum);
    }
  const hours: Rollups = new Map();
  for (const minute of minutes.values())
    addRollup(sumOf(hours, { ...minute, at: minute.t }, minute.dim, minute.value, HOUR_US), minute);
  return { minutes: [...minutes.values()], hours: [...hours.values()] };
}

/** Keeps the number of values of a dimension bounded, per instance of the server and hour. */
export function createValueCap(): (agentId: string | null, dim: Dim, value: string, at: number) => string {
  let hour = 0;
  const values = new Map<string, Set<string>>();
  return (agentId, dim, value, at) => {
    const current = at - (at % HOUR_US);
    if (current > hour) {
      hour = current;
      values.clear();
    }
    const key = `${agentId}|${dim}`;
    const known = values.get(key) ?? new Set();
    if (known.size === 0) values.set(key, known);
    if (known.has(value)) return value;
    if (known.size >= MAX_VALUES) return OTHER;
    known.add(value);
    return value;
  };
}
