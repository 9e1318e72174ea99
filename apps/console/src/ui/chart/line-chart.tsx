import { useEffect, useRef, useState } from 'react';
import uPlot, { type AlignedData } from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme } from '#console/lib/browser/theme.ts';
import { useWidth } from '../table/use-width.ts';
import { type ChartLine, HEIGHT, toDash, toOptions } from './line-chart-options.ts';

interface LineChartProps {
  /** What it shows, for those who cannot see it. */
  label: string;
  /** Where each point stands, in epoch ms. The same array until the data changes. */
  times: readonly number[];
  /** The same array until the data changes. */
  lines: readonly ChartLine[];
  /** Stands after each value in the legend. */
  unit?: string;
}

/** Numbers over time with axes; the legend tells the values under the pointer. Its height is kept from the start. */
export function LineChart({ label, times, lines, unit = '' }: LineChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const width = useWidth(host);
  const theme = useTheme();
  const [index, setIndex] = useState<number>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes what the colours resolve to
  useEffect(() => {
    const element = host.current;
    if (!element || width === 0) return;
    const data = [times.map((ms) => ms / 1_000), ...lines.map(({ values }) => [...values])] as AlignedData; // x, then each line
    const chart = new uPlot(toOptions(width, lines, setIndex), data, element);
    return () => chart.destroy();
  }, [width, times, lines, theme]);
  return (
    <figure className="grid gap-1.5">
      <div ref={host} role="img" aria-label={label} style={{ height: HEIGHT }} className="min-w-0 overflow-hidden" />
      <Legend lines={lines} index={index} at={index === undefined ? undefined : times[index]} unit={unit} />
    </figure>
  );
}

interface LegendProps {
  lines: readonly ChartLine[];
  index: number | undefined;
  at: number | undefined;
  unit: string;
}

const toText = (value: number | null | undefined, unit: string) =>
  value === null || value === undefined ? '–' : `${Math.round(value * 10) / 10}${unit}`;

const instant = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

function Legend({ lines, index, at, unit }: LegendProps) {
  return (
    <figcaption className="flex min-h-5 flex-wrap gap-x-4 gap-y-0.5 text-sm text-fg-2">
      {lines.map(({ label, color, dash, values }) => (
        <span key={label} className="inline-flex items-center gap-1.5">
          <svg aria-hidden width="18" height="6" style={{ color: `var(--${color})` }}>
            <path d="M0 3h18" stroke="currentColor" strokeWidth="2" strokeDasharray={toDash(dash)?.join(' ')} />
          </svg>
          {label}
          <span className="num font-medium text-fg">
            {toText(index === undefined ? values.at(-1) : values[index], unit)}
          </span>
        </span>
      ))}
      <span className="num ml-auto text-fg-3">{at === undefined ? 'latest' : instant.format(at)}</span>
    </figcaption>
  );
}
