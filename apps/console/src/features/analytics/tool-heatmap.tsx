import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Heatmap } from '#console/api/contract.ts';
import { type AnalyticsScope, heatmapQuery } from '#console/api/queries/fleet/analytics.ts';
import type { TableData } from '#console/lib/csv.ts';
import { formatCompact, formatDurationUs } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { type AnalyticsSearch, HEAT_COLUMNS, HEAT_VALUES } from './analytics-search.ts';
import { ChartPanel } from './chart-panel.tsx';
import { toKeyName } from './series-lines.ts';

type Value = (typeof HEAT_VALUES)[number];

const VALUE_NAMES: Record<Value, string> = { calls: 'Calls', errors: 'Errors', p95_ms: 'p95' };
const valueChoices = HEAT_VALUES.map((value) => ({ value, label: VALUE_NAMES[value] }));
const columnChoices = HEAT_COLUMNS.map((value) => ({ value, label: value === 'time' ? 'Time' : 'Agents' }));

interface ToolHeatmapProps {
  scope: AnalyticsScope;
  search: AnalyticsSearch;
  onChange: (change: AnalyticsSearch) => void;
}

/** Which tools are called, fail or take long: when, or by whom. */
export function ToolHeatmap({ scope, search: { x = 'time', heat = 'calls' }, onChange }: ToolHeatmapProps) {
  const query = useQuery(heatmapQuery(scope, { x, value: heat }));
  const { data } = query;
  return (
    <ChartPanel
      title="Tools"
      controls={
        <>
          <Segmented
            label="Value"
            choices={valueChoices}
            value={heat}
            onChange={(next) => onChange({ heat: next === 'calls' ? undefined : next })}
          />
          <Segmented
            label="Columns"
            choices={columnChoices}
            value={x}
            onChange={(next) => onChange({ x: next === 'time' ? undefined : next })}
          />
        </>
      }
      asked={query}
      isEmpty={data?.rows.length === 0}
      table={data && toTable(data)}
      className="lg:col-span-2"
    >
      {data && <Cells heatmap={data} value={heat} />}
    </ChartPanel>
  );
}

const instant = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

const toColumnName = ({ key, name }: Heatmap['columns'][number]): string =>
  key.includes('T') ? instant.format(Date.parse(key)) : toKeyName(key, name);

const formatValue = (value: number, of: Value) =>
  of === 'p95_ms' ? formatDurationUs(value * 1_000) : formatCompact(value);

function Cells({ heatmap: { columns, rows }, value }: { heatmap: Heatmap; value: Value }) {
  const most = Math.max(...rows.flatMap(({ cells }) => cells.map((cell) => cell ?? 0)), 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section tabIndex={0} aria-label={`Tools, ${VALUE_NAMES[value].toLowerCase()}`} className="overflow-x-auto">
      <table className="w-full table-fixed border-separate border-spacing-px text-sm">
        <colgroup>
          <col className="w-36" />
          {columns.map(({ key }) => (
            <col key={key} className="min-w-3" />
          ))}
        </colgroup>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              <th scope="row" className="sticky left-0 bg-surface pr-2 text-left font-normal">
                <Link to="/runs" search={{ tool: key }} className="block truncate hover:text-accent">
                  {toVisibleText(key)}
                </Link>
              </th>
              {cells.map((cell, index) => {
                const column = columns[index];
                return (
                  <td
                    key={column?.key}
                    title={`${toVisibleText(key)}, ${column ? toColumnName(column) : ''}: ${cell === null ? 'no call' : formatValue(cell, value)}`}
                    className="h-5 rounded-sm bg-sunken p-0"
                    style={toShade(cell, most, value)}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="flex items-center justify-between pt-1 pl-36 text-xs text-fg-3">
        <span>{columns[0] && toColumnName(columns[0])}</span>
        <span>darkest {formatValue(most, value)}</span>
        <span>{columns.length > 1 && toColumnName(columns.at(-1) ?? { key: '', name: null })}</span>
      </p>
    </section>
  );
}

const FAINTEST = 12;

/** The fuller the more; the square root keeps small counts in sight beside large ones. */
function toShade(cell: number | null, most: number, value: Value) {
  if (!cell || most === 0) return undefined;
  const percent = FAINTEST + Math.round((100 - FAINTEST) * Math.sqrt(cell / most));
  return {
    background: `color-mix(in oklab, var(--${value === 'errors' ? 'bad' : 'accent'}) ${percent}%, var(--sunken))`,
  };
}

const toTable = ({ columns, rows }: Heatmap): TableData => ({
  columns: ['Tool', ...columns.map(toColumnName)],
  rows: rows.map(({ key, cells }) => [key, ...cells]),
});
