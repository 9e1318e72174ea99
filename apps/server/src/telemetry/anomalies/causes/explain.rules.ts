import type { Finding } from '../detectors/finding.schema.ts';

interface Names {
  agent: string;
  /** Who is behind it, and what share of the extra time it has. */
  cause: { agent: string; share: number | null; isRetries: boolean } | null;
  /** What calls that were tried again failed with most. */
  error: string | null;
  /** Agents that call this one. */
  callers: readonly string[];
}

const LEVELS = {
  hour_of_week: 'same hours of the week',
  hour_of_day: 'same hours of the day',
  agent: 'all of its hours',
  none: '',
};

/** One sentence for people: what is measured, what is usual, since when, and who is behind it. */
export function explain(finding: Finding, names: Names): string {
  const since = new Date(finding.beganAt).toISOString().slice(11, 16);
  const level = LEVELS[finding.level];
  const evidence = level === '' ? '' : ` (n = ${finding.n}, baseline: ${level})`;
  return [
    `${names.agent} ${TEXTS[finding.detector](finding)} since ${since} UTC${evidence}.`,
    ...toCauses(finding, names),
  ].join(' ');
}

/** What makes callers slow although calls succeed in the end. */
const CASCADING: ReadonlySet<string> = new Set(['attempts', 'retry_storm']);

function toCauses({ about, detector }: Finding, { cause, error, callers }: Names): string[] {
  const texts: string[] = [];
  if (detector === 'attempts' && about !== null)
    texts.push(
      `Its calls succeed in the end; tool ${about} is tried again${error === null ? '' : `: it answers ${error}`}.`,
    );
  if (detector === 'retry_storm' && error !== null) texts.push(`The tool answers ${error}.`);
  if (CASCADING.has(detector) && callers.length > 0)
    texts.push(`It is behind whatever becomes slow in ${callers.join(', ')}.`);
  if (cause) {
    const share = cause.share === null ? 'The cause' : `${Math.round(cause.share * 100)} % of the extra time`;
    texts.push(`${share} is in ${cause.agent}${cause.isRetries ? ', whose calls are tried again and again' : ''}.`);
  }
  return texts;
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const number = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1));
const seconds = (ms: number | null) =>
  ms === null ? '?' : ms >= 1_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms)} ms`;

/** The usual middle of a band on a logarithmic scale. */
const middle = ({ low, high }: Finding) => Math.sqrt((low ?? 0) * (high ?? 0));

const TEXTS: Record<Finding['detector'], (finding: Finding) => string> = {
  latency: (f) =>
    `is ${(f.observed / middle(f)).toFixed(1)}× slower: runs take ${seconds(f.observed)}, usual ${seconds(f.low)} to ${seconds(f.high)}`,
  tokens: (f) =>
    `needs ${(f.observed / middle(f)).toFixed(1)}× the tokens: ${number(f.observed)} per run, usual ${number(f.low ?? 0)} to ${number(f.high ?? 0)}`,
  error_rate: (f) => `fails in ${percent(f.observed)} of its runs, usual at most ${percent(f.high ?? 0)}`,
  score: (f) => `scores ${f.observed.toFixed(2)}, usual at least ${(f.low ?? 0).toFixed(2)}`,
  attempts: (f) => `needs ${f.observed.toFixed(1)} attempts per call, usual ${((f.high ?? 2) / 2).toFixed(1)}`,
  silent: (f) => `has begun no run, where about ${f.n} were to be expected`,
  tool_mix: (f) =>
    `uses its tools in another mix (difference ${f.observed.toFixed(2)}, usual below ${(f.high ?? 0).toFixed(2)}), most of all ${f.about ?? 'none'},`,
  skipped_step: (f) => `skips the step ${f.about ?? ''}, which nearly every successful run has,`,
  loop: (f) => `goes round in circles in one run: ${f.about ?? ''} ${f.observed} times with the same result,`,
  burn: (f) => `has used ${number(f.observed)} tokens in one run, at most ${number(f.high ?? 0)} would be honest,`,
  context_growth: (f) => `lets its prompt grow to ${number(f.observed)} tokens in one run without anything new`,
  retry_storm: (f) =>
    f.metric === 'cut_answers'
      ? `had ${f.observed} answers cut at their length in one run`
      : `tried ${f.about ?? ''} ${f.observed} times in one run with the same error`,
  data_flow: (f) => `sent data on as it never did before in one run: ${f.about ?? ''},`,
};
