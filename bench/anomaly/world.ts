import type { RunStep } from '../../apps/server/src/telemetry/anomalies/detectors/run.rules.ts';
import type { EndedRun } from '../../apps/server/src/telemetry/anomalies/detectors/sums.rules.ts';
import { createDice, type Dice } from './dice.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** How an agent behaves when nothing is wrong with it. */
export interface Profile {
  runsPerMin: number;
  medianMs: number;
  /** Deviations on a logarithmic scale. */
  spreadMs: number;
  medianTokens: number;
  spreadTokens: number;
  errorRate: number;
  /** Tries again per call. */
  retryRate: number;
  tools: { name: string; weight: number }[];
  calls: number;
  /** Steps of every run. */
  musts: string[];
  /** Hour of the day (UTC) with most load. */
  peakHour: number;
}

/** What is wrong from some moment on. */
export interface Change {
  ms?: number;
  tokens?: number;
  errorRate?: number;
  retries?: number;
  isSilent?: boolean;
  mixed?: number;
  skipped?: string;
}

/** A simulated run with what the detectors are not told. */
export interface SimRun extends EndedRun {
  startedAt: number;
  tools: Record<string, { n: number; retries: number }>;
}

export function createProfile(seed: number): Profile {
  const dice = createDice(seed);
  const between = (low: number, high: number) => low + dice.next() * (high - low);
  const tools = Array.from({ length: 5 + Math.floor(dice.next() * 5) }, (_, index) => ({
    name: `tool-${index}`,
    weight: between(0.2, 1),
  }));
  return {
    ...{
      runsPerMin: Math.exp(Math.log(12) + dice.normal() * 0.5),
      medianMs: between(2_000, 40_000),
      spreadMs: between(0.3, 0.6),
    },
    ...{ medianTokens: between(2_000, 30_000), spreadTokens: between(0.3, 0.6), errorRate: between(0.005, 0.03) },
    ...{
      retryRate: between(0.03, 0.15),
      tools,
      calls: between(3, 7),
      musts: ['plan', 'check', 'answer'],
      peakHour: between(0, 24),
    },
  };
}

/** Load follows the day and is lower at the weekend; latency follows the load a little. */
export function toLoad({ runsPerMin, peakHour }: Profile, at: number): { perMin: number; slower: number } {
  const hour = (at / HOUR_MS) % DAY_HOURS;
  const wave = Math.cos(((hour - peakHour) / DAY_HOURS) * 2 * Math.PI);
  const weekday = new Date(at).getUTCDay();
  const weekend = weekday === 0 || weekday === 6 ? 0.6 : 1;
  return { perMin: Math.max(3, runsPerMin * weekend * (1 + 0.5 * wave)), slower: 1 + 0.08 * wave };
}

let lastId = 0;

/** The runs that end within a span, in order. */
export function simulate(
  profile: Profile,
  dice: Dice,
  span: { from: number; to: number },
  changeAt?: (at: number) => Change,
): SimRun[] {
  const runs: SimRun[] = [];
  const { perMin, slower } = toLoad(profile, span.from);
  const n = dice.poisson((perMin * (span.to - span.from)) / 60_000);
  for (let i = 0; i < n; i++) {
    const at = span.from + dice.next() * (span.to - span.from);
    const change = changeAt?.(at) ?? {};
    if (!change.isSilent) runs.push(toRun(profile, dice, { at, slower, change }));
  }
  return runs.sort((a, b) => a.at - b.at);
}

function toRun(
  profile: Profile,
  dice: Dice,
  { at, slower, change }: { at: number; slower: number; change: Change },
): SimRun {
  const ms = profile.medianMs * Math.exp(dice.normal() * profile.spreadMs) * slower * (change.ms ?? 1);
  const { tools, calls, retries } = callTools(profile, dice, change);
  return {
    ...{ id: `run-${++lastId}`, at, startedAt: at - ms, ms, calls, retries, tools },
    tokens: profile.medianTokens * Math.exp(dice.normal() * profile.spreadTokens) * (change.tokens ?? 1),
    isError: dice.next() < (change.errorRate ?? profile.errorRate),
    score: Math.min(1, Math.max(0, 0.8 + dice.normal() * 0.1)),
    steps: [...profile.musts.filter((name) => name !== change.skipped), ...Object.keys(tools)],
  };
}

function callTools(profile: Profile, dice: Dice, { mixed, retries: more = 1 }: Change) {
  // Under a changed mix the weights are handed round: the tools are the same, their shares are not.
  const weights = profile.tools.map(({ weight }, index, all) =>
    mixed === undefined ? weight : index < all.length / 2 ? weight * mixed : weight / mixed,
  );
  const tools: SimRun['tools'] = {};
  let [calls, retries] = [0, 0];
  const first = 1 + dice.poisson(profile.calls - 1);
  for (let i = 0; i < first; i++) {
    const name = profile.tools[dice.pick(weights)]?.name ?? '';
    const again = dice.poisson(profile.retryRate) + (more > 1 ? more - 1 : 0);
    const sums = tools[name] ?? { n: 0, retries: 0 };
    tools[name] = { n: sums.n + 1 + again, retries: sums.retries + again };
    calls += 1 + again;
    retries += again;
  }
  return { tools, calls, retries };
}

let lastHash = 0;

/** A call of a tool in a live run; other arguments and another result each time unless they are given. */
export const toCall = (name: string, given: Partial<RunStep> = {}): RunStep => ({
  ...{ kind: 'tool', name, status: 'ok', args: `args-${++lastHash}`, result: `result-${lastHash}`, tokensInput: null },
  ...{ finish: null, sensitiveReads: [], sentBytes: 0, isPoll: false },
  ...given,
});
