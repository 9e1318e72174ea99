import type { Finding } from './finding.schema.ts';

/** A step that ended, as far as a run is judged by it. */
export interface RunStep {
  kind: string;
  name: string;
  status: string;
  /** Equal for equal arguments; null when they are not known. */
  args: string | null;
  /** Equal for equal results; null when they are not known. */
  result: string | null;
  tokensInput: number | null;
  finish: string | null;
  /** Data stores that it read and that are confidential or restricted. */
  sensitiveReads: readonly string[];
  /** Sends data out of the house, so many bytes. */
  sentBytes: number;
  /** Asks again on purpose. */
  isPoll: boolean;
}

/** A run that goes on, or that has just ended. */
export interface WatchedRun {
  id: string;
  /** Epoch ms. */
  startedAt: number;
  at: number;
  tokens: number;
  /** Its last steps, oldest first. */
  steps: readonly RunStep[];
}

interface RunLimits {
  /** Three times the 99th percentile of tokens; infinite while the agent is being learned. */
  maxTokens: number;
  /** Pairs of a store and a tool that were seen before. */
  knownFlows: ReadonlySet<string>;
}

/** What is wrong with one run; it is told at once. */
export function judgeRun(run: WatchedRun, limits: RunLimits): Finding[] {
  const { steps } = run;
  const found = [
    findLoop(steps),
    findBurn(run, limits),
    findContextGrowth(steps),
    findRetryStorm(steps),
    findFlow(steps, limits),
  ];
  return found.flatMap((finding) => (finding ? [{ ...ofRun(run), ...finding }] : []));
}

type Found = Pick<Finding, 'detector' | 'metric' | 'severity' | 'observed' | 'high' | 'n' | 'about'>;

/** All runs of an agent in which it happens are one anomaly; the runs are its examples. */
const ofRun = ({ id, startedAt }: WatchedRun) => ({
  ...{ scope: '', low: null, z: null, level: 'none' as const, beganAt: startedAt, runIds: [id], isInstant: true },
});

const MAX_EQUAL_RESULTS = 3;
const MAX_EQUAL_CALLS = 5;
const MAX_PERIOD = 4;
const CYCLES = 3;

/** What fails and is tried again is a storm, not a loop. */
const isLooping = ({ kind, isPoll, args, status }: RunStep): boolean =>
  kind === 'tool' && !isPoll && args !== null && status !== 'blocked' && status !== 'error';

/** The same call with the same result again and again, or a cycle of calls. */
function findLoop(steps: readonly RunStep[]): Found | undefined {
  const calls = steps.filter(isLooping);
  const found = findRepeats(calls) ?? findCycle(calls);
  if (!found) return undefined;
  const { repeats, names } = found;
  return {
    ...{ detector: 'loop', metric: 'repeats', severity: 'high', observed: repeats, high: MAX_EQUAL_RESULTS - 1 },
    ...{ n: calls.length, about: names.join(' → ') },
  };
}

interface Repeats {
  repeats: number;
  names: string[];
}

const callKey = ({ name, args }: RunStep): string => `${name} ${args}`;

function groupCalls(calls: readonly RunStep[]): Map<string, RunStep[]> {
  const groups = new Map<string, RunStep[]>();
  for (const call of calls) {
    const group = groups.get(callKey(call));
    if (group) group.push(call);
    else groups.set(callKey(call), [call]);
  }
  return groups;
}

/** Equal results in a row at the end, or the same call five times whose result never changed. */
function findRepeats(calls: readonly RunStep[]): Repeats | undefined {
  const last = calls.at(-1);
  if (!last) return undefined;
  const row =
    calls.length - 1 - calls.findLastIndex((call) => callKey(call) !== callKey(last) || call.result !== last.result);
  if (last.result !== null && row >= MAX_EQUAL_RESULTS) return { repeats: row, names: [last.name] };
  const byCall = groupCalls(calls);
  for (const equal of byCall.values()) {
    const results = new Set(equal.map(({ result }) => result));
    if (equal.length >= MAX_EQUAL_CALLS && results.size === 1)
      return { repeats: equal.length, names: [equal[0]?.name ?? ''] };
  }
  return undefined;
}

/** A sequence of two to four calls that was gone through three times, ending now, with the results that it had. */
function findCycle(calls: readonly RunStep[]): Repeats | undefined {
  for (let period = 2; period <= MAX_PERIOD; period++) {
    const tail = calls.slice(-period * CYCLES);
    if (tail.length < period * CYCLES) continue;
    const isSame = tail.every((call, index) => {
      const before = tail[index - period];
      return !before || (callKey(before) === callKey(call) && before.result === call.result);
    });
    if (isSame) return { repeats: CYCLES, names: tail.slice(0, period).map(({ name }) => name) };
  }
  return undefined;
}

function findBurn({ tokens, steps }: WatchedRun, { maxTokens }: RunLimits): Found | undefined {
  if (tokens <= maxTokens) return undefined;
  const severity = tokens > 3 * maxTokens ? 'critical' : 'high';
  return {
    detector: 'burn',
    metric: 'run_tokens',
    severity,
    observed: tokens,
    high: maxTokens,
    n: steps.length,
    about: null,
  };
}

const GROWTH = 1.5;
const GROWING_CALLS = 4;
/** Growth from next to nothing is no news. */
const MIN_GROWN_TOKENS = 4_000;

/** The prompt grows although no tool gave anything new. */
function findContextGrowth(steps: readonly RunStep[]): Found | undefined {
  const since = steps.findLastIndex(({ kind }) => kind === 'tool');
  const sizes = steps
    .slice(since + 1)
    .flatMap(({ kind, tokensInput }) => (kind === 'llm' && tokensInput ? [tokensInput] : []));
  const tail = sizes.slice(-GROWING_CALLS);
  const [first = 0, last = 0] = [tail[0], tail.at(-1)];
  const isGrowing = tail.every((size, index) => index === 0 || size > (tail[index - 1] ?? 0));
  if (tail.length < GROWING_CALLS || !isGrowing || last < first * GROWTH || last < MIN_GROWN_TOKENS) return undefined;
  const metric = 'input_tokens';
  return {
    detector: 'context_growth',
    metric,
    severity: 'medium',
    observed: last,
    high: first * GROWTH,
    n: tail.length,
    about: null,
  };
}

const MAX_ERRORS = 4;
const MAX_CUT = 2;

/** The same tool fails again and again, or answers are cut at their length twice. */
function findRetryStorm(steps: readonly RunStep[]): Found | undefined {
  const failed = groupCalls(steps.filter(({ kind, status }) => kind === 'tool' && status === 'error'));
  const [worst] = [...failed.values()].sort((a, b) => b.length - a.length);
  const rest = { detector: 'retry_storm', severity: 'medium' } as const;
  if (worst && worst.length >= MAX_ERRORS)
    return {
      ...rest,
      metric: 'tool_errors',
      observed: worst.length,
      high: MAX_ERRORS - 1,
      n: worst.length,
      about: worst[0]?.name ?? null,
    };
  const cut = steps.filter(({ kind, finish }) => kind === 'llm' && finish === 'length').length;
  if (cut < MAX_CUT) return undefined;
  return { ...rest, metric: 'cut_answers', observed: cut, high: MAX_CUT - 1, n: cut, about: null };
}

/** Less than this is a reference or a query, not a copy. */
const MIN_SENT_BYTES = 1_024;

/** The pairs of a sensitive store and a tool that sends out, in the order in which they can be a leak. */
export function findFlows(steps: readonly RunStep[]): string[] {
  const read = new Set<string>();
  const flows = new Set<string>();
  for (const { name, sensitiveReads, sentBytes } of steps) {
    if (sentBytes >= MIN_SENT_BYTES) for (const store of read) flows.add(`${store} → ${name}`);
    for (const store of sensitiveReads) read.add(store);
  }
  return [...flows];
}

function findFlow(steps: readonly RunStep[], { knownFlows }: RunLimits): Found | undefined {
  const fresh = findFlows(steps).find((flow) => !knownFlows.has(flow));
  if (fresh === undefined) return undefined;
  return { detector: 'data_flow', metric: 'flow', severity: 'critical', observed: 1, high: 0, n: 1, about: fresh };
}
