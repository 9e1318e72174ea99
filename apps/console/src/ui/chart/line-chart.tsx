import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTheme } from '#console/lib/browser/theme.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { useWidth } from '../table/use-width.ts';
import type { ChartMark } from './chart-marks.ts';
import { type ChartBand, type ChartLine, HEIGHT, toDash, toData, toOptions } from './line-chart-options.ts';

interface LineChartProps {
  /** What it shows, for those who cannot see it. */
  label: string;
  /** Where each point stands: epoch ms, or what `formatX` knows. The same array until the data changes. */
  times: readonly number[];
  /** The same array until the data changes. */
  lines: readonly ChartLine[];
  /** What is usual. The same object until the data changes. */
  band?: ChartBand | undefined;
  /** Upright lines. The same array until the data changes. */
  marks?: readonly ChartMark[] | undefined;
  /** Stands after each value in the legend. */
  unit?: string;
  /** Says a value in full, on the axis and in the legend; a function that does not change. */
  format?: ((value: number) => string) | undefined;
  /** Says where a point stands when it is no instant; a function that does not change. */
  formatX?: ((x: number) => string) | undefined;
}

/** Numbers over time, or over another scale, with axes; the legend tells the values under the pointer. Its height is kept from the start. */
export function LineChart({ label, times, lines, band, marks, unit = '', format, formatX }: LineChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const width = useWidth(host);
  const theme = useTheme();
  const [index, setIndex] = useState<number>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes what the colours resolve to
  useEffect(() => {
    const element = host.current;
    if (!element || width === 0) return;
    const drawing = { lines, band, marks, formatX, formatY: format };
    const chart = new uPlot(toOptions(width, drawing, setIndex), toData(times, drawing), element);
    return () => chart.destroy();
  }, [width, times, lines, band, marks, format, formatX, theme]);
  return (
    <figure className="grid gap-1.5">
      <div ref={host} role="img" aria-label={label} style={{ height: HEIGHT }} className="min-w-0 overflow-hidden" />
      <Legend
        lines={lines}
        band={band}
        index={index}
        at={index === undefined ? undefined : times[index]}
        format={format ?? ((value) => `${Math.round(value * 10) / 10}${unit}`)}
        formatX={formatX}
      />
    </figure>
  );
}

interface LegendProps {
  lines: readonly ChartLine[];
  band: ChartBand | undefined;
  index: number | undefined;
  at: number | undefined;
  format: (value: number) => string;
  formatX: ((x: number) => string) | undefined;
}

const instant = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** Without a pointer instants tell their latest values; other scales have none. */
function Legend({ lines, band, index, at, format, formatX }: LegendProps) {
  const pick = (values: readonly (number | null)[]) => {
    const value = index === undefined ? (formatX ? undefined : values.at(-1)) : values[index];
    return value === null || value === undefined ? NONE : format(value);
  };
  const place = at === undefined ? (formatX ? '' : 'latest') : (formatX ?? instant.format)(at);
  return (
    <figcaption className="flex min-h-5 flex-wrap gap-x-4 gap-y-0.5 text-sm text-fg-2">
      {lines.map((line) => (
        <span key={line.label} className="inline-flex min-w-0 items-center gap-1.5">
          <LineMark line={line} />
          <span className="max-w-48 truncate">{line.label}</span>
          <span className="num font-medium text-fg">{pick(line.values)}</span>
        </span>
      ))}
      {band && (
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden className="h-2.5 w-4.5 bg-accent-soft" />
          {band.label}
          <span className="num">
            {pick(band.low)} – {pick(band.high)}
          </span>
        </span>
      )}
      <span className="num ml-auto text-fg-3">{place}</span>
    </figcaption>
  );
}

function LineMark({ line: { color, dash, shape } }: { line: ChartLine }) {
  return (
    <svg aria-hidden width="18" height="8" className="shrink-0" style={{ color: `var(--${color})` }}>
      {shape === 'bars' ? (
        <path d="M3 8V3h4v5M11 8V0h4v8" fill="currentColor" />
      ) : (
        <path d="M0 4h18" stroke="currentColor" strokeWidth="2" strokeDasharray={toDash(dash)?.join(' ')} />
      )}
    </svg>
  );
}
