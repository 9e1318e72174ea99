import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Breakdown } from '#console/api/contract.ts';
import { type AnalyticsScope, type BreakdownAsked, breakdownQuery } from '#console/api/queries/fleet/analytics.ts';
import type { TableData } from '#console/lib/csv.ts';
import {
  formatCompact,
  formatCostUsd,
  formatCount,
  formatDurationUs,
  formatShare,
  NONE,
} from '#console/lib/format/numbers.ts';
import { ChartPanel } from '../chart-panel.tsx';
import { toKeyName } from '../series-lines.ts';

export type BreakdownRow = Breakdown['items'][number];

/** One number of a row. */
interface Figure {
  header: string;
  value: (row: BreakdownRow) => number | null;
  format: (row: BreakdownRow) => string;
}

const formatMs = (ms: number | null) => (ms === null ? NONE : formatDurationUs(ms * 1_000));
const countOf = (header: string): Figure => ({ header, value: ({ n }) => n, format: ({ n }) => formatCount(n) });

export const RUNS = countOf('Runs');
export const COUNT = countOf('Count');

export const FIGURES = {
  errors: {
    header: 'Failed',
    value: ({ error_rate }) => error_rate,
    format: ({ error_rate }) => (error_rate === null ? NONE : formatShare(error_rate)),
  },
  tokens: {
    header: 'Tokens',
    value: (row) => row.tokens_input + row.tokens_output,
    format: (row) => formatCompact(row.tokens_input + row.tokens_output),
  },
  cached: {
    header: 'Cached',
    value: (row) => (row.tokens_input === 0 ? null : row.tokens_cache_read / row.tokens_input),
    format: (row) => (row.tokens_input === 0 ? NONE : formatShare(row.tokens_cache_read / row.tokens_input)),
  },
  cost: {
    header: 'Cost',
    value: ({ cost_usd }) => cost_usd,
    format: ({ cost_usd, unpriced_tokens }) => formatCostUsd(cost_usd, unpriced_tokens),
  },
  costPerRun: {
    header: 'Cost a run',
    value: ({ cost_usd, n }) => (n === 0 ? null : cost_usd / n),
    format: ({ cost_usd, n }) => (n === 0 ? NONE : formatCostUsd(cost_usd / n)),
  },
  p50: { header: 'p50', value: ({ p50_ms }) => p50_ms, format: ({ p50_ms }) => formatMs(p50_ms) },
  p95: { header: 'p95', value: ({ p95_ms }) => p95_ms, format: ({ p95_ms }) => formatMs(p95_ms) },
  score: {
    header: 'Score',
    value: ({ score }) => score,
    format: ({ score }) => (score === null ? NONE : score.toFixed(2)),
  },
} satisfies Record<string, Figure>;

interface BreakdownTableProps {
  title: string;
  scope: AnalyticsScope;
  asked: BreakdownAsked;
  figures: readonly Figure[];
  controls?: ReactNode;
  /** The name of a row, when it leads somewhere. */
  renderName?: (row: BreakdownRow, name: string) => ReactNode;
  className?: string;
}

/** Sums by key, largest first, each with a bar of its share. */
export function BreakdownTable(props: BreakdownTableProps) {
  const { title, scope, asked, figures, controls, renderName, className } = props;
  const query = useQuery(breakdownQuery(scope, asked));
  const rows = query.data?.items ?? [];
  const weigh = ({ n, errors, cost_usd }: BreakdownRow) =>
    asked.sort === 'n' ? n : asked.sort === 'errors' ? errors : cost_usd;
  const most = Math.max(...rows.map(weigh), 0);
  return (
    <ChartPanel
      title={title}
      controls={controls}
      asked={query}
      isEmpty={rows.length === 0}
      table={toTable(rows, figures)}
      {...(className !== undefined && { className })}
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={`${title}, rows`} className="max-h-80 overflow-auto">
        <table className="num w-full border-collapse text-sm">
          <thead className="sticky top-0 bg-surface text-fg-3">
            <tr>
              <th scope="col" className="text-left font-normal">
                <span className="sr-only">Name</span>
              </th>
              {figures.map(({ header }) => (
                <th key={header} scope="col" className="py-1 pl-3 text-right font-normal whitespace-nowrap">
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const name = toKeyName(row.key, row.name);
              const percent = most === 0 ? 0 : (100 * weigh(row)) / most;
              return (
                <tr key={row.key} className="border-t">
                  <th
                    scope="row"
                    className="max-w-52 truncate px-1 py-1 text-left font-medium"
                    style={{
                      background: `linear-gradient(to right, var(--accent-soft) ${percent}%, transparent ${percent}%)`,
                    }}
                  >
                    {renderName?.(row, name) ?? name}
                  </th>
                  {figures.map(({ header, format }) => (
                    <td key={header} className="py-1 pl-3 text-right whitespace-nowrap">
                      {format(row)}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </ChartPanel>
  );
}

const toTable = (rows: readonly BreakdownRow[], figures: readonly Figure[]): TableData => ({
  columns: ['Key', 'Name', ...figures.map(({ header }) => header)],
  rows: rows.map((row) => [row.key, toKeyName(row.key, row.name), ...figures.map(({ value }) => value(row))]),
});
