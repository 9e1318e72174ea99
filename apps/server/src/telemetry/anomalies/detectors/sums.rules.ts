import {
  addBin,
  type Histogram,
  mergeHistograms,
  quantile,
  toBin,
  toValue,
} from '#server/platform/histograms/histogram.rules.ts';

/** Calls of one tool. `n` counts every try, `retries` those that were not the first. */
export interface ToolSums {
  n: number;
  errors: number;
  retries: number;
}

/** What an agent did over some time: a baseline is made of it, and what is judged against one. */
export interface Sums {
  /** Runs that ended. */
  n: number;
  errors: number;
  /** Milliseconds per run. */
  ms: Histogram;
  /** Tokens per run. */
  tokens: Histogram;
  /** Tries of calls of tools by runs that ended, and how many were not the first. */
  calls: number;
  retries: number;
  score: { n: number; sum: number; squares: number };
  /** Runs that began in so many minutes. */
  starts: number;
  minutes: number;
  tools: Record<string, ToolSums>;
  /** In how many successful runs each step was. */
  steps: { n: number; names: Record<string, number> };
}

export const noSums = (): Sums => ({
  ...{ n: 0, errors: 0, ms: {}, tokens: {}, calls: 0, retries: 0, starts: 0, minutes: 0, tools: {} },
  score: { n: 0, sum: 0, squares: 0 },
  steps: { n: 0, names: {} },
});

/** A run that ended, as far as agents are judged by it. */
export interface EndedRun {
  id: string;
  /** Epoch ms. */
  at: number;
  ms: number;
  tokens: number;
  isError: boolean;
  calls: number;
  retries: number;
  score: number | null;
  /** Names of its steps; null when they were not looked at. */
  steps: readonly string[] | null;
}

/** Histograms that are filled run by run. */
export interface Tally {
  sums: Sums;
  ms: Map<number, number>;
  tokens: Map<number, number>;
}

export const createTally = (): Tally => ({ sums: noSums(), ms: new Map(), tokens: new Map() });

/** Counts a run. */
export function countRun({ sums, ms, tokens }: Tally, run: EndedRun): void {
  sums.n++;
  if (run.isError) sums.errors++;
  addBin(ms, toBin(run.ms), 1);
  addBin(tokens, toBin(run.tokens), 1);
  sums.calls += run.calls;
  sums.retries += run.retries;
  if (run.score !== null) {
    sums.score.n++;
    sums.score.sum += run.score;
    sums.score.squares += run.score ** 2;
  }
  if (run.isError || run.steps === null) return;
  sums.steps.n++;
  for (const name of new Set(run.steps)) sums.steps.names[name] = (sums.steps.names[name] ?? 0) + 1;
}

/** What a tally counted. */
export const toSums = ({ sums, ms, tokens }: Tally): Sums => ({
  ...sums,
  ms: Object.fromEntries(ms),
  tokens: Object.fromEntries(tokens),
});

/** Two spans together; what is old may weigh less (0 to 1). */
export function addSums(old: Sums, more: Sums, weight = 1): Sums {
  const add = (field: 'n' | 'errors' | 'calls' | 'retries' | 'starts' | 'minutes') => old[field] * weight + more[field];
  return {
    n: add('n'),
    errors: add('errors'),
    calls: add('calls'),
    retries: add('retries'),
    starts: add('starts'),
    minutes: add('minutes'),
    ms: mergeHistograms([scale(old.ms, weight), more.ms]),
    tokens: mergeHistograms([scale(old.tokens, weight), more.tokens]),
    score: {
      n: old.score.n * weight + more.score.n,
      sum: old.score.sum * weight + more.score.sum,
      squares: old.score.squares * weight + more.score.squares,
    },
    tools: addTools(old.tools, more.tools, weight),
    steps: {
      n: old.steps.n * weight + more.steps.n,
      names: mergeHistograms([scale(old.steps.names, weight), more.steps.names]),
    },
  };
}

/** What weighs next to nothing is forgotten. */
const MIN_WEIGHT = 0.01;

const scale = (histogram: Histogram, weight: number): Histogram =>
  weight === 1
    ? histogram
    : Object.fromEntries(
        Object.entries(histogram).flatMap(([bin, count]) =>
          count * weight < MIN_WEIGHT ? [] : [[bin, Math.round(count * weight * 1e4) / 1e4]],
        ),
      );

function addTools(old: Sums['tools'], more: Sums['tools'], weight: number): Sums['tools'] {
  const sum: Sums['tools'] = {};
  for (const name of new Set([...Object.keys(old), ...Object.keys(more)])) {
    const [before, now] = [old[name], more[name]];
    const add = (field: keyof ToolSums) => (before?.[field] ?? 0) * weight + (now?.[field] ?? 0);
    if (add('n') >= MIN_WEIGHT) sum[name] = { n: add('n'), errors: add('errors'), retries: add('retries') };
  }
  return sum;
}

/** How a measure lies on a logarithmic scale, robustly: a value's distance from the median in deviations. */
export interface Scale {
  /** Natural logarithms. */
  median: number;
  deviation: number;
  /** Mean and deviation of the clipped distances of what was counted: a skewed measure judges itself by its own skew. */
  mean: number;
  spread: number;
}

const MIN_DEVIATION = 0.1;
const CLIP = 6;

/** The quartiles of a normal distribution are so many deviations apart. */
const QUARTILES = 1.349;

/** The scale of a histogram; undefined when it is empty. */
export function toScale(histogram: Histogram): Scale | undefined {
  const [q25, q50, q75] = [0.25, 0.5, 0.75].map((share) => quantile(histogram, share));
  if (!q25 || !q50 || !q75) return undefined;
  const median = Math.log(q50);
  const deviation = Math.max(MIN_DEVIATION, (Math.log(q75) - Math.log(q25)) / QUARTILES);
  let [n, sum, squares] = [0, 0, 0];
  for (const [bin, count] of Object.entries(histogram)) {
    const z = clip((Math.log(toValue(Number(bin))) - median) / deviation);
    n += count;
    sum += z * count;
    squares += z * z * count;
  }
  const mean = sum / n;
  return { median, deviation, mean, spread: Math.max(0.5, Math.sqrt(Math.max(0, squares / n - mean ** 2))) };
}

const clip = (z: number): number => Math.max(-CLIP, Math.min(CLIP, z));

/** How far a value lies from what is usual, in deviations of what is usual; at most six and a bit. */
export const toDistance = ({ median, deviation, mean, spread }: Scale, value: number): number =>
  (clip((Math.log(Math.max(1, value)) - median) / deviation) - mean) / spread;

/** The value that lies so many robust deviations from the median. */
export const toValueAt = ({ median, deviation }: Scale, z: number): number => Math.exp(median + z * deviation);
