import type { HeatValue } from '../analytics.schema.ts';
import { groupByKey } from './keys.rules.ts';
import { type StepBin, type StepTotal, toPercentile } from './series.rules.ts';

const MAX_ROWS = 40;
const P95 = 0.95;

interface Cells {
  /** How many columns there are. */
  columns: number;
  value: HeatValue;
}

/** Rows of tools and a cell per column, most calls first. A cell without calls is empty. */
export function toHeatRows(
  totals: readonly StepTotal[],
  bins: readonly StepBin[],
  { columns, value }: Cells,
): { key: string; total: number; cells: (number | null)[] }[] {
  const rows = new Map<string, { key: string; total: number; calls: (number | null)[]; errors: (number | null)[] }>();
  for (const { key, step, n, errors } of totals) {
    const row = rows.get(key) ?? { key, total: 0, calls: empty(columns), errors: empty(columns) };
    rows.set(key, row);
    row.total += n;
    row.calls[step] = (row.calls[step] ?? 0) + n;
    row.errors[step] = (row.errors[step] ?? 0) + errors;
  }
  const binsOf = groupByKey(bins.map((bin) => ({ ...bin, key: toCell(bin) })));
  return [...rows.values()]
    .sort((a, b) => b.total - a.total || (a.key < b.key ? -1 : 1))
    .slice(0, MAX_ROWS)
    .map(({ key, total, calls, errors }) => ({
      key,
      total,
      cells:
        value === 'p95_ms'
          ? calls.map((_, step) => toPercentile(binsOf.get(toCell({ key, step })) ?? [], P95))
          : value === 'errors'
            ? errors
            : calls,
    }));
}

const AGENT_CHARS = 36;

/** Rows whose key is an agent and a tool as rows whose step is the agent's column. */
export function toAgentColumns<T extends { key: string; step: number }>(
  rows: readonly T[],
  agentIds: readonly string[],
): T[] {
  const columns = new Map(agentIds.map((id, index) => [id, index]));
  return rows.flatMap((row) => {
    const step = columns.get(row.key.slice(0, AGENT_CHARS));
    return step === undefined ? [] : [{ ...row, step, key: row.key.slice(AGENT_CHARS + 1) }];
  });
}

/** The agents with most calls, of rows whose key is an agent and a tool. */
export function toBusiestAgents(totals: readonly StepTotal[], limit: number): string[] {
  const calls = new Map<string, number>();
  for (const { key, n } of totals) {
    const id = key.slice(0, AGENT_CHARS);
    calls.set(id, (calls.get(id) ?? 0) + n);
  }
  return [...calls]
    .sort(([aId, a], [bId, b]) => b - a || (aId < bId ? -1 : 1))
    .slice(0, limit)
    .map(([id]) => id);
}

const toCell = ({ key, step }: { key: string; step: number }): string => `${step} ${key}`;

const empty = (columns: number): (number | null)[] => Array.from({ length: columns }, () => null);
