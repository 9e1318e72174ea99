import { Download, Table2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { type TableData, toCsv } from '#console/lib/csv.ts';
import { formatCompact } from '#console/lib/format/numbers.ts';
import { IconButton } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Failed, Skeleton } from '#console/ui/feedback/states.tsx';
import { Panel } from '#console/ui/layout/page.tsx';

/** What a panel knows of its question. */
interface Asked {
  error: unknown;
  data: unknown;
  isPlaceholderData: boolean;
  refetch: () => unknown;
}

interface ChartPanelProps {
  title: string;
  /** Beside the title: how it is split. */
  controls?: ReactNode;
  asked: Asked;
  isEmpty: boolean;
  /** What it shows, as numbers: to read and to download. */
  table: TableData | undefined;
  className?: string;
  children: ReactNode;
}

/** One chart with its states; the same numbers as a table and as CSV. A panel that fails leaves the others working. */
export function ChartPanel({ title, controls, asked, isEmpty, table, className, children }: ChartPanelProps) {
  const [isTable, setTable] = useState(false);
  const hasData = asked.data !== undefined;
  return (
    <Panel className={className ?? ''}>
      <section aria-label={title} aria-busy={asked.isPlaceholderData} className="grid gap-2 px-4 pt-3 pb-3">
        <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1.5">
          <h2 className="font-semibold">{title}</h2>
          {controls}
          {table && !isEmpty && (
            <span className="ml-auto flex items-center">
              <IconButton
                label={isTable ? `${title} as chart` : `${title} as table`}
                icon={Table2}
                size={14}
                onClick={() => setTable(!isTable)}
              />
              <IconButton
                label={`Download ${title} as CSV`}
                icon={Download}
                size={14}
                onClick={() => download(table, title)}
              />
            </span>
          )}
        </div>
        <div className={asked.isPlaceholderData ? 'min-h-[186px] opacity-60' : 'min-h-[186px]'}>
          {hasData && isEmpty && <p className="py-14 text-center text-fg-3">Nothing in this range.</p>}
          {hasData && !isEmpty && (isTable && table ? <Numbers table={table} label={title} /> : children)}
          {!hasData && asked.error !== null && (
            <Failed
              isCompact
              what={`${title} could not be loaded`}
              failure={toFailure(asked.error)}
              onRetry={() => void asked.refetch()}
            />
          )}
          {!hasData && asked.error === null && <Skeleton className="h-40 w-full" />}
        </div>
      </section>
    </Panel>
  );
}

function Numbers({ table: { columns, rows }, label }: { table: TableData; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section tabIndex={0} aria-label={`${label}, numbers`} className="max-h-72 overflow-auto">
      <table className="num w-full border-collapse text-sm">
        <thead className="sticky top-0 bg-surface text-left text-fg-3">
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className="py-1 pr-4 font-normal whitespace-nowrap">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join(' ')} className="border-t">
              {row.map((value, index) => (
                <td key={columns[index]} className="py-1 pr-4 whitespace-nowrap">
                  {typeof value === 'string' ? <ForeignText text={value} /> : toText(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const toText = (value: number | null) =>
  value === null ? '–' : Math.abs(value) < 100 ? String(Number(value.toPrecision(4))) : formatCompact(value);

function download(table: TableData, title: string): void {
  const url = URL.createObjectURL(new Blob([toCsv(table)], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
