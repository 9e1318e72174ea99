import type { Anomaly } from '#console/api/contract.ts';

type Measured = Pick<Anomaly, 'metric'>;

const NAMES: Record<Anomaly['detector'], string> = {
  latency: 'Slower',
  tokens: 'More tokens',
  error_rate: 'More failures',
  score: 'Lower score',
  attempts: 'More attempts per call',
  silent: 'Silent',
  tool_mix: 'Other tools',
  skipped_step: 'Skipped step',
  loop: 'Loop',
  burn: 'Token burn',
  context_growth: 'Growing prompt',
  retry_storm: 'Retry storm',
  data_flow: 'New flow of data',
};

/** What it is, in words. */
export const toName = ({ detector }: Pick<Anomaly, 'detector'>): string => NAMES[detector];

const formatMs = (ms: number) => (ms >= 1_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms)} ms`);
const formatShare = (share: number) => `${(share * 100).toFixed(1)} %`;
const formatNumber = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Math.round(value * 10) / 10);
const formatFine = (value: number) => value.toFixed(2);

const FORMATS: Record<string, (value: number) => string> = {
  run_ms: formatMs,
  error_rate: formatShare,
  step_share: formatShare,
  score: formatFine,
  tool_mix: formatFine,
};

/** How values of its metric are said; the same function for the same metric. */
export const formatOf = ({ metric }: Measured): ((value: number) => string) => FORMATS[metric] ?? formatNumber;

const LEVELS: Record<Anomaly['baseline_level'], string> = {
  hour_of_week: 'the same hours of the week',
  hour_of_day: 'the same hours of the day',
  agent: 'all hours of the agent',
  none: 'a rule',
};

/** What its usual values were learned from. */
export const toLevelText = ({ baseline_level }: Pick<Anomaly, 'baseline_level'>): string => LEVELS[baseline_level];

/** The usual values, as far as there are any. */
export function toUsualText(anomaly: Pick<Anomaly, 'metric' | 'expected_low' | 'expected_high'>): string {
  const format = formatOf(anomaly);
  const { expected_low: low, expected_high: high } = anomaly;
  if (high === null) return low === null ? '–' : `at least ${format(low)}`;
  return low === null ? `at most ${format(high)}` : `${format(low)} to ${format(high)}`;
}
