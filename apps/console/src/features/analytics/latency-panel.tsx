import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { LatencyHistogram } from '#console/api/contract.ts';
import { type AnalyticsScope, type HistogramAsked, histogramQuery } from '#console/api/queries/fleet/analytics.ts';
import type { TableData } from '#console/lib/csv.ts';
import { formatCount, formatDurationUs, NONE } from '#console/lib/format/numbers.ts';
import type { ChartMark } from '#console/ui/chart/chart-marks.ts';
import { LineChart } from '#console/ui/chart/line-chart.tsx';
import type { ChartLine } from '#console/ui/chart/line-chart-options.ts';
import { cx } from '#console/ui/class-names.ts';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { type AnalyticsSearch, LATENCY_VIEWS } from './analytics-search.ts';
import { ChartPanel } from './chart-panel.tsx';
import { toKeyName } from './series-lines.ts';

type View = (typeof LATENCY_VIEWS)[number];
type Group = LatencyHistogram['groups'][number];

const NAMES: Record<View, string> = {
  run: 'Runs',
  prompt_size: 'Models by prompt size',
  model: 'Models',
  version: 'Runs by version',
  tool: 'Tools',
};
const choices = LATENCY_VIEWS.map((value) => ({ value, label: NAMES[value] }));

const ASKED: Record<View, HistogramAsked> = {
  run: { of: 'run' },
  prompt_size: { of: 'model', split: 'prompt_size' },
  model: { of: 'model', split: 'model' },
  version: { of: 'run', split: 'version' },
  tool: { of: 'tool', split: 'tool' },
};

interface LatencyPanelProps {
  scope: AnalyticsScope;
  search: AnalyticsSearch;
  onChange: (change: AnalyticsSearch) => void;
}

/** How durations are spread: the bars of one group with its percentiles, and the percentiles of all beside them. */
export function LatencyPanel({ scope, search: { latency = 'run', model }, onChange }: LatencyPanelProps) {
  const isOfModels = latency === 'prompt_size' || latency === 'model';
  const query = useQuery(
    histogramQuery(scope, { ...ASKED[latency], ...(isOfModels && model !== undefined && { model }) }),
  );
  const [chosenKey, choose] = useState<string>();
  const groups = useMemo(() => sortGroups(query.data?.groups ?? [], latency), [query.data, latency]);
  const chosen = groups.find(({ key }) => key === chosenKey) ?? groups[0];
  return (
    <ChartPanel
      title="Latency"
      controls={
        <ChoiceMenu
          label="Of"
          choices={choices}
          value={latency}
          onChange={(next) => onChange({ latency: next === 'run' ? undefined : next })}
        />
      }
      asked={query}
      isEmpty={groups.length === 0}
      table={toTable(groups, latency)}
      className="lg:col-span-2"
    >
      <div className="grid gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        {query.data && chosen && <Spread histogram={query.data} group={chosen} name={toGroupName(chosen, latency)} />}
        <Percentiles groups={groups} view={latency} chosenKey={chosen?.key} onChoose={choose} />
      </div>
    </ChartPanel>
  );
}

/** Sizes in their order, others as they came: most counted first. */
const sortGroups = (groups: readonly Group[], view: View): Group[] =>
  view === 'prompt_size' ? groups.toSorted((a, b) => Number(a.key) - Number(b.key)) : [...groups];

const SMALLEST = 10;
const LARGEST = 20;

/** `2k–4k tokens`, of the power of two. */
function toSizeName(power: number): string {
  if (!Number.isFinite(power)) return 'Others';
  const size = (exponent: number) => (exponent >= LARGEST ? '1M' : `${2 ** (exponent - SMALLEST)}k`);
  if (power <= SMALLEST) return 'under 2k tokens';
  return power >= LARGEST ? '1M tokens and more' : `${size(power)}–${size(power + 1)} tokens`;
}

const toGroupName = ({ key, name }: Group, view: View): string =>
  view === 'run' ? 'All runs' : view === 'prompt_size' ? toSizeName(Number(key)) : toKeyName(key, name);

const formatMs = (ms: number | null) => (ms === null ? NONE : formatDurationUs(ms * 1_000));
const formatEdge = (log: number) => formatMs(2 ** log);

function Spread({ histogram, group, name }: { histogram: LatencyHistogram; group: Group; name: string }) {
  // Equal ratios stand at equal distances: the scale is the logarithm of milliseconds.
  const places = useMemo(() => histogram.edges_ms.slice(0, -1).map((edge) => Math.log2(edge) + 0.125), [histogram]);
  const lines = useMemo<ChartLine[]>(
    () => [{ label: name, color: 'accent', shape: 'bars', values: group.counts }],
    [name, group],
  );
  const marks = useMemo<ChartMark[]>(
    () =>
      (['p50_ms', 'p95_ms', 'p99_ms'] as const).flatMap((percentile, index) => {
        const ms = group[percentile];
        const color = (['ok', 'warn', 'bad'] as const)[index] ?? 'idle';
        return ms === null ? [] : [{ at: Math.log2(ms), label: percentile.slice(0, 3), color }];
      }),
    [group],
  );
  return (
    <LineChart
      label={`How long: ${name}`}
      times={places}
      lines={lines}
      marks={marks}
      format={formatCount}
      formatX={formatEdge}
    />
  );
}

interface PercentilesProps {
  groups: readonly Group[];
  view: View;
  chosenKey: string | undefined;
  onChoose: (key: string) => void;
}

function Percentiles({ groups, view, chosenKey, onChoose }: PercentilesProps) {
  return (
    <table className="num h-fit w-full border-collapse text-sm">
      <thead className="text-fg-3">
        <tr>
          {['', 'Count', 'p50', 'p95', 'p99'].map((head) => (
            <th key={head} scope="col" className="py-1 pl-3 text-right font-normal first:pl-0 first:text-left">
              {head || <span className="sr-only">Group</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <tr key={group.key} className={cx('border-t', group.key === chosenKey && 'bg-accent-soft')}>
            <th scope="row" className="max-w-44 py-1 text-left font-normal">
              <button
                type="button"
                aria-pressed={group.key === chosenKey}
                onClick={() => onChoose(group.key)}
                className="touch block max-w-full truncate px-1 font-medium hover:text-accent"
              >
                {toGroupName(group, view)}
              </button>
            </th>
            <td className="py-1 pl-3 text-right">{formatCount(group.n)}</td>
            <td className="py-1 pl-3 text-right">{formatMs(group.p50_ms)}</td>
            <td className="py-1 pl-3 text-right">{formatMs(group.p95_ms)}</td>
            <td className="py-1 pl-3 text-right">{formatMs(group.p99_ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const toTable = (groups: readonly Group[], view: View): TableData => ({
  columns: ['Group', 'Count', 'p50 ms', 'p95 ms', 'p99 ms'],
  rows: groups.map((group) => [toGroupName(group, view), group.n, group.p50_ms, group.p95_ms, group.p99_ms]),
});
