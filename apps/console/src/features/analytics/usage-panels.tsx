import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type AnalyticsScope, type SeriesAsked, seriesQuery } from '#console/api/queries/fleet/analytics.ts';
import { formatCompact, formatCostUsd, formatDurationUs, formatShare } from '#console/lib/format/numbers.ts';
import { LineChart } from '#console/ui/chart/line-chart.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { type AnalyticsSearch, LINE_GROUPS } from './analytics-search.ts';
import { ChartPanel } from './chart-panel.tsx';
import { toLines, toSeriesTable, toTimes } from './series-lines.ts';

const GROUP_NAMES = {
  token_kind: 'Kind of token',
  agent: 'Agent',
  agent_type: 'Type',
  model: 'Model',
  version: 'Version',
};
const groupChoices = LINE_GROUPS.map((value) => ({ value, label: GROUP_NAMES[value] }));

interface UsageProps {
  scope: AnalyticsScope;
  search: AnalyticsSearch;
  onChange: (change: AnalyticsSearch) => void;
}

/** Tokens, cost, failures and duration of runs over time. */
export function UsagePanels({ scope, search, onChange }: UsageProps) {
  const { model, lines = 'token_kind' } = search;
  const costGroup = lines === 'token_kind' ? 'model' : lines;
  return (
    <>
      <SeriesPanel
        title="Tokens"
        scope={scope}
        asked={{ metric: 'tokens', group_by: lines, limit: 6, ...(model !== undefined && { model }) }}
        format={formatCompact}
        controls={
          <ChoiceMenu
            label="By"
            choices={groupChoices}
            value={lines}
            onChange={(next) => onChange({ lines: next === 'token_kind' ? undefined : next })}
          />
        }
      />
      <SeriesPanel
        title={`Cost by ${GROUP_NAMES[costGroup].toLowerCase()}`}
        scope={scope}
        asked={{ metric: 'cost_usd', group_by: costGroup, limit: 6, ...(model !== undefined && { model }) }}
        format={formatCostUsd}
      />
      <SeriesPanel title="Duration of runs, p95" scope={scope} asked={DURATIONS} format={formatMs} named="p95" />
      <SeriesPanel title="Failed runs" scope={scope} asked={FAILURES} format={formatShare} named="Share" />
    </>
  );
}

const DURATIONS: SeriesAsked = { metric: 'p95_ms' };
const FAILURES: SeriesAsked = { metric: 'error_rate' };
const formatMs = (ms: number) => formatDurationUs(ms * 1_000);

interface SeriesPanelProps {
  title: string;
  scope: AnalyticsScope;
  asked: SeriesAsked;
  format: (value: number) => string;
  controls?: React.ReactNode;
  /** Of the only line. */
  named?: string;
}

function SeriesPanel({ title, scope, asked, format, controls, named }: SeriesPanelProps) {
  const query = useQuery(seriesQuery(scope, asked));
  const { data } = query;
  const times = useMemo(() => (data ? toTimes(data) : []), [data]);
  const lines = useMemo(
    () => (data ? toLines(data).map((line) => (named ? { ...line, label: named } : line)) : []),
    [data, named],
  );
  return (
    <ChartPanel
      title={title}
      controls={controls}
      asked={query}
      isEmpty={lines.length === 0}
      table={data && toSeriesTable(data, named)}
    >
      <LineChart label={`${title} over time`} times={times} lines={lines} format={format} />
      {data && data.unpriced_tokens > 0 && asked.metric === 'cost_usd' && (
        <p className="text-sm text-fg-3">≥: {formatCompact(data.unpriced_tokens)} tokens have no price.</p>
      )}
    </ChartPanel>
  );
}
