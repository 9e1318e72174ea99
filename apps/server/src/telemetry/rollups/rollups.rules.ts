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

/** Sums of one agent version and minute or hour, by dimension and value. */
interface Span {
  place: Place;
  sums: Map<string, Rollup>;
}

/** Sums by agent version and time. */
export interface Rollups {
  spans: Map<string, Span>;
  /** The span used last: a batch mostly speaks of one agent and one minute. */
  last: Span | undefined;
}

/** Whose sums, and of the minute or hour that begins at `t` (microseconds since 1970). */
interface Place {
  orgId: string;
  agentId: string | null;
  versionId: string | null;
  t: number;
}

export const createRollups = (): Rollups => ({ spans: new Map(), last: undefined });

/** The start of the minute of an instant, microseconds since 1970. */
export const toMinute = (us: number): number => us - (us % MINUTE_US);
const toHour = (us: number): number => us - (us % HOUR_US);

/** The sum of a place, dimension and value, made when it is the first of its kind. */
export function sumOf(rollups: Rollups, place: Place, dim: Dim, value: string): Rollup {
  const { sums } = spanOf(rollups, place);
  const key = `${dim} ${value}`;
  const known = sums.get(key);
  if (known) return known;
  const made: Rollup = { ...place, dim, value, ...emptySums() };
  sums.set(key, made);
  return made;
}

function spanOf(rollups: Rollups, place: Place): Span {
  const { last } = rollups;
  if (last && isSame(last.place, place)) return last;
  const key = `${place.agentId} ${place.t} ${place.versionId} ${place.orgId}`;
  const span = rollups.spans.get(key) ?? { place: { ...place }, sums: new Map() };
  rollups.spans.set(key, span);
  rollups.last = span;
  return span;
}

const isSame = (a: Place, b: Place): boolean =>
  a.t === b.t && a.agentId === b.agentId && a.versionId === b.versionId && a.orgId === b.orgId;

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

/** Adds the minutes of several batches to the rows of one flush. The batches keep theirs, for a retry. */
export function mergeRollups(all: readonly Rollups[]): { minutes: Rollup[]; hours: Rollup[] } {
  const minutes = createRollups();
  const hours = createRollups();
  for (const { spans } of all)
    for (const { place, sums } of spans.values()) {
      const hour = { ...place, t: toHour(place.t) };
      for (const sum of sums.values()) {
        addRollup(sumOf(minutes, place, sum.dim, sum.value), sum);
        addRollup(sumOf(hours, hour, sum.dim, sum.value), sum);
      }
    }
  return { minutes: toRows(minutes), hours: toRows(hours) };
}

const toRows = ({ spans }: Rollups): Rollup[] => [...spans.values()].flatMap(({ sums }) => [...sums.values()]);

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
