import type uPlot from 'uplot';

/** One line of a chart; its colour is a token of the theme, and the dash tells it apart without colour. */
export interface ChartLine {
  label: string;
  color: 'accent' | 'fg-3' | 'ok' | 'warn' | 'bad' | 'run' | 'idle';
  dash?: 'dashed' | 'dotted';
  values: readonly (number | null)[];
}

export const HEIGHT = 160;
const FONT = '11px Inter, sans-serif';

/** Lengths of strokes and gaps in px; undefined for a whole line. */
export const toDash = (dash: ChartLine['dash']): number[] | undefined =>
  dash === 'dashed' ? [6, 4] : dash === 'dotted' ? [2, 3] : undefined;

const DAY_S = 86_400;
const hour = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** The marks of the time axis: hours when they are closer than a day. */
const toTicks = (_chart: uPlot, seconds: number[]) => {
  const format = (seconds[1] ?? 0) - (seconds[0] ?? 0) < DAY_S ? hour : day;
  return seconds.map((second) => format.format(second * 1_000));
};

const readToken = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** How the lines are drawn in the theme that is on screen now. */
export function toOptions(
  width: number,
  lines: readonly ChartLine[],
  onPoint: (index: number | undefined) => void,
): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: readToken('fg-3'),
    font: FONT,
    grid: { stroke: readToken('line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { y: { range: (_chart, _min, max) => [0, Math.max(max ?? 0, 1) * 1.1] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        space: 64,
        values: toTicks,
      },
      { ...axis, size: 40 },
    ],
    series: [{}, ...lines.map(toSeries)],
    hooks: { setCursor: [(chart) => onPoint(chart.cursor.idx ?? undefined)] },
  };
}

function toSeries({ label, color, dash, values }: ChartLine): uPlot.Series {
  const dashes = toDash(dash);
  return {
    label,
    stroke: readToken(color),
    width: 1.75,
    ...(dashes && { dash: dashes }),
    points: { show: values.length < 3 },
  };
}
