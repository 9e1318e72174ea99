import type { RunStep } from '../../apps/server/src/telemetry/anomalies/detectors/run.rules.ts';
import type { Change, Profile, SimRun } from './world.ts';
import { toCall } from './world.ts';

const MINUTE_MS = 60_000;

/** One kind of fault: how it shows, who may tell it, and how soon. */
export interface Fault {
  kind: string;
  detectors: readonly string[];
  /** How the agent behaves `ms` after it began. */
  change?: (ms: number, profile: Profile) => Change;
  /** How much one run speaks for the fault, to someone who knows both worlds (natural logarithm); decides when it is visible. */
  evidence?: (run: SimRun, profile: Profile, change: Change) => number;
  /** The calls of one live run, one after the other. */
  live?: (index: number) => RunStep;
  /** The call at which a live run's fault is visible. */
  visibleCall?: number;
  /** A mix of tools is one of so many calls. */
  minCalls?: number;
  limitMs: number;
}

const SOON_MS = 60_000;
const DRIFT_MS = 30 * MINUTE_MS;

/** Evidence by a value on a logarithmic scale that it is `factor` times what it would be. */
const byFactor = (
  value: number,
  { median, spread, factor }: { median: number; spread: number; factor: number },
): number => {
  const z = Math.log(value / median) / spread;
  const shift = Math.log(factor) / spread;
  return shift * z - shift ** 2 / 2;
};

const byMs: Fault['evidence'] = ({ ms }, { medianMs, spreadMs }, { ms: factor = 1 }) =>
  byFactor(ms, { median: medianMs, spread: spreadMs, factor });
const byTokens: Fault['evidence'] = ({ tokens }, { medianTokens, spreadTokens }, { tokens: factor = 1 }) =>
  byFactor(tokens, { median: medianTokens, spread: spreadTokens, factor });

/** Evidence by one outcome. */
const byOutcome = (happened: boolean, p0: number, p1: number): number =>
  happened ? Math.log(p1 / p0) : Math.log((1 - p1) / (1 - p0));

export const FAULTS: Fault[] = [
  {
    kind: 'burn_x10',
    detectors: ['tokens', 'burn'],
    change: () => ({ tokens: 10 }),
    evidence: byTokens,
    limitMs: SOON_MS,
  },
  {
    kind: 'token_drift_20',
    detectors: ['tokens'],
    change: () => ({ tokens: 1.2 }),
    evidence: byTokens,
    limitMs: DRIFT_MS,
  },
  {
    ...{ kind: 'errors_2_18', detectors: ['error_rate'], change: () => ({ errorRate: 0.18 }), limitMs: SOON_MS },
    evidence: ({ isError }, { errorRate }) => byOutcome(isError, errorRate, 0.18),
  },
  { kind: 'latency_x2', detectors: ['latency'], change: () => ({ ms: 2 }), evidence: byMs, limitMs: SOON_MS },
  {
    ...{ kind: 'latency_drift', detectors: ['latency'], evidence: byMs, limitMs: DRIFT_MS },
    change: (ms) => ({ ms: 1 + Math.min(0.5, (0.5 * ms) / DRIFT_MS) }),
  },
  {
    ...{ kind: 'loop_abab', detectors: ['loop'], visibleCall: 4, limitMs: SOON_MS },
    live: (index) =>
      toCall(index % 2 === 0 ? 'search' : 'open', { args: `same-${index % 2}`, result: `equal-${index % 2}` }),
  },
  {
    ...{ kind: 'loop_no_progress', detectors: ['loop'], visibleCall: 3, limitMs: SOON_MS },
    live: () => toCall('search', { args: 'same', result: 'equal' }),
  },
  {
    ...{
      kind: 'missing_step',
      detectors: ['skipped_step'],
      change: (_ms, { musts }) => ({ skipped: musts[1] ?? '' }),
      limitMs: SOON_MS,
    },
    evidence: ({ isError }) => (isError ? 0 : Math.log(2_000)),
  },
  {
    ...{ kind: 'child_retries_x3', detectors: ['attempts'], change: () => ({ retries: 3 }), limitMs: SOON_MS },
    evidence: ({ calls, retries }, { retryRate }) =>
      Math.min(11, retries * Math.log((2 + retryRate) / retryRate) - (calls - retries) * 2),
  },
  {
    ...{ kind: 'silent', detectors: ['silent'], change: () => ({ isSilent: true }), limitMs: SOON_MS },
  },
  {
    ...{ kind: 'tool_mix', minCalls: 50, detectors: ['tool_mix'], change: () => ({ mixed: 6 }), limitMs: SOON_MS },
    evidence: ({ tools }, profile) => byMix(tools, profile),
  },
  {
    ...{ kind: 'restricted_to_external', detectors: ['data_flow'], visibleCall: 3, limitMs: SOON_MS },
    live: (index) =>
      index % 3 === 0
        ? toCall('customers.read', { sensitiveReads: ['db:customers'] })
        : index % 3 === 1
          ? toCall('summarize')
          : toCall('mail.send', { sentBytes: 20_000 }),
  },
];

function byMix(tools: SimRun['tools'], profile: Profile): number {
  const half = profile.tools.length / 2;
  const usual = profile.tools.map(({ weight }) => weight);
  const mixed = usual.map((weight, index) => (index < half ? weight * 6 : weight / 6));
  const [a, b] = [usual, mixed].map((weights) => weights.reduce((sum, weight) => sum + weight, 0));
  return profile.tools.reduce((sum, { name }, index) => {
    const n = (tools[name]?.n ?? 0) - (tools[name]?.retries ?? 0);
    return sum + n * Math.log((mixed[index] ?? 1) / (b ?? 1) / ((usual[index] ?? 1) / (a ?? 1)));
  }, 0);
}
