import uPlot from 'uplot';
import { type ChartMark, drawMarks } from './chart-marks.ts';
import { type ChartColor, readToken } from './chart-tokens.ts';

/** Numbers of a chart; the dash tells a line apart without colour. */
export interface ChartLine {
  label: string;
  color: ChartColor;
  dash?: 'dashed' | 'dotted';
  shape?: 'line' | 'bars';
  values: readonly (number | null)[];
}

/** What is usual: a tinted area between two numbers per point. */
export interface ChartBand {
  label: string;
  low: readonly (number | null)[];
  high: readonly (number | null)[];
}

/** What a chart draws, and how its axes say it. */
export interface Drawing {
  lines: readonly ChartLine[];
  band?: ChartBand | undefined;
  marks?: readonly ChartMark[] | undefined;
  /** Absent for instants in epoch ms. */
  formatX?: ((x: number) => string) | undefined;
  formatY?: ((y: number) => string) | undefined;
}

export const HEIGHT = 160;
const FONT = '11px Inter, sans-serif';
const AXIS = { bottom: 24, left: 48 };

/** Lengths of strokes and gaps in px; undefined for a whole line. */
export const toDash = (dash: ChartLine['dash']): number[] | undefined =>
  dash === 'dashed' ? [6, 4] : dash === 'dotted' ? [2, 3] : undefined;

const DAY_S = 86_400;
const hour = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** The marks of the time axis: hours when they are closer than a day, and the day where one begins. */
const toTicks = (_chart: uPlot, seconds: number[]) => {
  const areHours = (seconds[1] ?? 0) - (seconds[0] ?? 0) < DAY_S;
  return seconds.map((second) => {
    const at = new Date(second * 1_000);
    return (areHours && at.getHours() + at.getMinutes() > 0 ? hour : day).format(at);
  });
};

/** Where a point stands in the chart's own scale: seconds for instants. */
const toX = (x: number, { formatX }: Drawing): number => (formatX ? x : x / 1_000);

/** The series in the order in which they are drawn: the band's edges lie under the lines. */
export const toData = (xs: readonly number[], drawing: Drawing): uPlot.AlignedData => {
  const { lines, band } = drawing;
  const edges = band ? [band.low, band.high] : [];
  const series = [...edges, ...lines.map(({ values }) => values)].map((values) => [...values]);
  return [xs.map((x) => toX(x, drawing)), ...series];
};

/** How it is drawn in the theme that is on screen now. */
export function toOptions(
  width: number,
  drawing: Drawing,
  onPoint: (index: number | undefined) => void,
): uPlot.Options {
  const { lines, band, marks = [], formatX, formatY } = drawing;
  const axis: uPlot.Axis = {
    stroke: readToken('fg-3'),
    font: FONT,
    grid: { stroke: readToken('line'), width: 1 },
    ticks: { show: false },
  };
  const values = formatX ? (_chart: uPlot, xs: number[]) => xs.map((x) => formatX(x)) : toTicks;
  const edge: uPlot.Series = { points: { show: false } };
  return {
    width,
    height: HEIGHT,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: !formatX, ...(formatX && { range: padBars }) },
      y: { range: (_chart, _min, max) => [0, (max || 1) * 1.1] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: AXIS.bottom, space: 64, values },
      { ...axis, size: AXIS.left, ...(formatY && { values: (_chart, ys) => ys.map((y) => formatY(y)) }) },
    ],
    series: [{}, ...(band ? [edge, edge] : []), ...lines.map(toSeries)],
    ...(band && { bands: [{ series: [2, 1], fill: readToken('accent-soft') }] }),
    hooks: {
      setCursor: [(chart) => onPoint(chart.cursor.idx ?? undefined)],
      draw: [
        (chart) =>
          drawMarks(
            chart,
            marks.map((mark) => ({ ...mark, at: toX(mark.at, drawing) })),
          ),
      ],
    },
  };
}

/** Room for the whole of the first and the last bar. */
const padBars = (chart: uPlot, min: number, max: number): [number, number] => {
  const [first = 0, second = first + 1] = chart.data[0];
  const half = (second - first) / 2;
  return [min - half, max + half];
};

/** Points that no line reaches: without a neighbour there is nothing to draw but the point itself. */
const findLonely = (values: ArrayLike<number | null | undefined>): number[] =>
  Array.from(values, (value, i) =>
    isNumber(value) && !isNumber(values[i - 1]) && !isNumber(values[i + 1]) ? i : -1,
  ).filter((i) => i >= 0);

const isNumber = (value: number | null | undefined) => typeof value === 'number';

const bars = uPlot.paths.bars?.({ size: [0.8, 32] });

function toSeries({ label, color, dash, shape }: ChartLine): uPlot.Series {
  const dashes = toDash(dash);
  const stroke = readToken(color);
  if (shape === 'bars')
    return {
      label,
      stroke,
      width: 0,
      fill: stroke,
      points: { show: false },
      ...(bars && { paths: bars }),
    };
  return {
    label,
    stroke,
    width: 1.75,
    ...(dashes && { dash: dashes }),
    points: { show: false, size: 5, filter: (chart, index) => findLonely(chart.data[index] ?? []) },
  };
}
