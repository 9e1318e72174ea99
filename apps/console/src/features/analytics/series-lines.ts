import type { Series } from '#console/api/contract.ts';
import type { TableData } from '#console/lib/csv.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import type { ChartLine } from '#console/ui/chart/line-chart-options.ts';

const KIND_NAMES: Record<string, string> = {
  input: 'Input',
  cache_read: 'Cached input',
  cache_write: 'Cache writes',
  output: 'Output',
  reasoning: 'Reasoning',
};

/** Colour and dash together tell lines apart; seven lines are told by their dash alone, too. */
const LOOKS: Pick<ChartLine, 'color' | 'dash'>[] = [
  { color: 'accent' },
  { color: 'run', dash: 'dashed' },
  { color: 'ok' },
  { color: 'warn', dash: 'dashed' },
  { color: 'idle' },
  { color: 'accent', dash: 'dotted' },
  { color: 'run', dash: 'dotted' },
];

/** What people read for a key: `__other__` is all that are too many, an empty one has none. */
export const toKeyName = (key: string, name: string | null): string =>
  key === '__other__'
    ? 'Others'
    : key === ''
      ? 'None'
      : toVisibleText(KIND_NAMES[key] ?? name ?? `Deleted ${key.slice(0, 8)}`);

export const toTimes = ({ from, step_s, groups }: Series): number[] =>
  (groups[0]?.points ?? []).map((_, index) => Date.parse(from) + index * step_s * 1_000);

/** The groups as lines; what has never been more than nothing is left out. */
export const toLines = ({ groups }: Series): ChartLine[] =>
  groups
    .filter(({ value }) => value !== 0)
    .map(({ key, name, points }, index) => ({
      label: toKeyName(key, name),
      values: points,
      ...(LOOKS[index % LOOKS.length] ?? { color: 'idle' as const }),
      ...(key === '__other__' && { color: 'fg-3' as const, dash: 'dotted' as const }),
    }));

export function toSeriesTable(series: Series, named?: string): TableData {
  const times = toTimes(series);
  return {
    columns: ['Time', ...series.groups.map(({ key, name }) => named ?? toKeyName(key, name))],
    rows: times.map((at, index) => [
      new Date(at).toISOString(),
      ...series.groups.map(({ points }) => points[index] ?? null),
    ]),
  };
}
