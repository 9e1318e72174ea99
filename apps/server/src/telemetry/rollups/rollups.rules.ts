import { addBin, toBin } from '#server/platform/histograms/histogram.rules.ts';
import type { Tokens } from '../steps/step-row.ts';

/** `start` counts runs that began, `all` runs that ended and the tokens of their calls, `decision` verdicts; others steps. */
export type Dim = 'start' | 'all' | 'tool' | 'model' | 'model_bucket' | 'step' | 'error_type' | 'decision';

const MINUTE_US = 60_000_000;
const HOUR_US = 60 * MINUTE_US;

/** Whose sums, and of the minute or hour that begins at `t` (microseconds since 1970). */
export interface Place {
  orgId: string;
  agentId: string | null;
  versionId: string | null;
  t: number;
}

/** Sums of one place, dimension and value. `cost` is in 1e-8 US dollars, bins count durations in microseconds. */
export interface Rollup {
  place: Place;
  dim: Dim;
  value: string;
  n: number;
  errors: number;
  blocked: number;
  retries: number;
  tokens: Tokens;
  cost: number;
  unpricedTokens: number;
  durSumUs: number;
  durBins: Map<number, number>;
  ttftBins: Map<number, number>;
  scoreSum: number;
  scoreN: number;
}

/** The sums of one place. Lookup may know a value by the name `__other__` has taken from it. */
interface Span {
  place: Place;
  lookup: Map<Dim, Map<string, Rollup>>;
  rows: Rollup[];
}

/** Sums by place. */
export interface Rollups {
  spans: Map<string, Span>;
  /** The span used last: a batch mostly speaks of one agent and one minute. */
  last: Span | undefined;
}

/** Gives the name under which a value counts: its own, or that of all that are too many. */
export type CapValue = (place: Place, dim: Dim, value: string) => string;

const keepValue: CapValue = (_place, _dim, value) => value;

export const createRollups = (): Rollups => ({ spans: new Map(), last: undefined });

/** The start of the minute of an instant, microseconds since 1970. */
export const toMinute = (us: number): number => us - (us % MINUTE_US);

const toHour = (us: number): number => us - (us % HOUR_US);

/** The span of a place, made when it is the first of its kind. */
export function spanOf(rollups: Rollups, place: Place): Span {
  const { last } = rollups;
  if (last && isSame(last.place, place)) return last;
  const key = `${place.agentId} ${place.t} ${place.versionId} ${place.orgId}`;
  let span = rollups.spans.get(key);
  if (!span) {
    span = { place, lookup: new Map(), rows: [] };
    rollups.spans.set(key, span);
  }
  rollups.last = span;
  return span;
}

const isSame = (a: Place, b: Place): boolean =>
  a.t === b.t && a.agentId === b.agentId && a.versionId === b.versionId && a.orgId === b.orgId;

/** The sum of a dimension and value in a span, made when it is the first of its kind. */
export function sumOf(span: Span, dim: Dim, value: string, capValue = keepValue): Rollup {
  const values = span.lookup.get(dim);
  return values?.get(value) ?? addSum(span, dim, value, capValue(span.place, dim, value));
}

function addSum(span: Span, dim: Dim, value: string, name: string): Rollup {
  const values = span.lookup.get(dim) ?? new Map<string, Rollup>();
  span.lookup.set(dim, values);
  const known = values.get(name);
  const sum = known ?? emptySum(span.place, dim, name);
  if (!known) span.rows.push(sum);
  values.set(name, sum);
  values.set(value, sum);
  return sum;
}

const emptySum = (place: Place, dim: Dim, value: string): Rollup => ({
  place,
  dim,
  value,
  n: 0,
  errors: 0,
  blocked: 0,
  retries: 0,
  tokens: noTokens(),
  cost: 0,
  unpricedTokens: 0,
  durSumUs: 0,
  durBins: new Map(),
  ttftBins: new Map(),
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
  addBin(sum.durBins, toBin(durUs), 1);
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
  for (const [bin, count] of more.durBins) addBin(sum.durBins, bin, count);
  for (const [bin, count] of more.ttftBins) addBin(sum.ttftBins, bin, count);
  sum.scoreSum += more.scoreSum;
  sum.scoreN += more.scoreN;
}

/** Adds the minutes of several batches to the rows of one flush. The batches keep theirs, for a retry. */
export function mergeRollups(all: readonly Rollups[]): { minutes: Rollup[]; hours: Rollup[] } {
  const minutes = createRollups();
  for (const rollups of all) addSpans(minutes, rollups, (place) => place);
  const hours = createRollups();
  addSpans(hours, minutes, (place) => ({ ...place, t: toHour(place.t) }));
  return { minutes: toRows(minutes), hours: toRows(hours) };
}

function addSpans(target: Rollups, { spans }: Rollups, toPlace: (place: Place) => Place): void {
  for (const { place, rows } of spans.values()) {
    const span = spanOf(target, toPlace(place));
    for (const row of rows) addRollup(sumOf(span, row.dim, row.value), row);
  }
}

const toRows = ({ spans }: Rollups): Rollup[] => [...spans.values()].flatMap(({ rows }) => rows);

/** Beyond so many values of one agent, dimension and hour the rest counts as one. */
const MAX_VALUES = 200;
const OTHER = '__other__';

/** Keeps the number of values of a dimension bounded, per instance of the server and hour. */
export function createValueCap(): CapValue {
  let hour = 0;
  const values = new Map<string, Set<string>>();
  return ({ agentId, t }, dim, value) => {
    if (toHour(t) > hour) {
      hour = toHour(t);
      values.clear();
    }
    const key = `${agentId} ${dim}`;
    const known = values.get(key) ?? new Set();
    values.set(key, known);
    if (known.size >= MAX_VALUES && !known.has(value)) return OTHER;
    known.add(value);
    return value;
  };
}
