import type { Shadow } from '#console/api/contract.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { toStepMs, toTrendPoints } from '#console/lib/trend-points.ts';

type Tally = Pick<Shadow, 'would_block' | 'would_approve' | 'would_warn' | 'decided_anyway'>;

/** What rules would have done, in words; what none of them would have done is left out. */
export function toTallyText({ would_block, would_approve, would_warn, decided_anyway }: Tally): string {
  const words = [
    [would_block, 'would have been blocked'],
    [would_approve, 'asked about'],
    [would_warn, 'warned of'],
    [decided_anyway, 'treated as strictly anyway'],
  ] as const;
  const shown = words.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  return shown.length > 0 ? shown.join(' · ') : 'nothing';
}

/** The measure in numbers. */
export const toShadowFigures = (shadow: Shadow) => [
  { label: 'Would block', value: shadow.would_block },
  { label: 'Would ask a person', value: shadow.would_approve },
  { label: 'Would warn', value: shadow.would_warn },
  { label: 'Treated so anyway', value: shadow.decided_anyway },
  { label: 'Runs hit', value: shadow.runs_hit },
  { label: 'Of those succeeded', value: shadow.runs_hit_succeeded },
];

const HOUR_MS = 3_600_000;
/** The server counts by the hour up to three days. */
const BY_HOUR_UP_TO = 72;

/** What a rule would have done, over time. */
export function toRuleTrend({ trend, from, to }: Pick<Shadow, 'trend' | 'from' | 'to'>, rule: string): number[] {
  const hours = (Date.parse(to) - Date.parse(from)) / HOUR_MS;
  const points = trend
    .filter((point) => point.rule === rule)
    .map(({ t, would_block, would_approve, would_warn }) => ({ t, count: would_block + would_approve + would_warn }));
  return toTrendPoints(points, { from, to, stepMs: toStepMs(hours <= BY_HOUR_UP_TO ? 1 : hours) });
}

const reasons: Record<Shadow['readiness']['reasons'][number], string> = {
  nothing_in_monitor: 'no rule is in monitor',
  observed_under_24h: 'it was watched for less than 24 hours',
  no_calls: 'no call came by',
  hits_succeeded_runs: 'it would have hit runs that succeeded',
};

/** What speaks against enforcing it now. */
export const toReasonsText = ({ readiness }: Pick<Shadow, 'readiness'>): string =>
  readiness.reasons.map((reason) => reasons[reason]).join('; ');
