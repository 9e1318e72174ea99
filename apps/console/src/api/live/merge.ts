import type { InfiniteData } from '@tanstack/react-query';
import type { Run, Violation } from '../contract.ts';
import type { RunFilters } from '../queries/fleet/runs.ts';
import type { ViolationFilters } from '../queries/fleet/violations.ts';

/** A list in the cache, by pages. */
export type Pages<T> = InfiniteData<{ items: T[]; next_cursor: string | null }, string>;

/** What a changed row means for a filtered list: it is in, it is out, or only the server can say. */
export type Verdict = 'in' | 'out' | 'ask';

/**
 * Puts changed rows into a list: known rows are replaced where they stand, rows that left the filter go, new ones that
 * belong come first. `mustAsk` when the server has to decide about a row that is not in the list.
 */
export function mergeRows<T extends { id: string }>(
  pages: Pages<T>,
  rows: ReadonlyMap<string, T>,
  { verdictOf, isNewer }: { verdictOf: (row: T) => Verdict; isNewer: (row: T, other: T) => boolean },
): { pages: Pages<T>; mustAsk: boolean } {
  const known = new Set<string>();
  const merged = pages.pages.map((page) => ({ ...page, items: mergePage(page.items, rows, verdictOf, known) }));
  const unknown = [...rows.values()].filter((row) => !known.has(row.id));
  const first = merged[0];
  const fresh = unknown.filter((row) => verdictOf(row) === 'in' && belongsOnTop(row, first?.items[0], isNewer));
  if (first && fresh.length > 0) {
    merged[0] = { ...first, items: [...fresh, ...first.items].sort((a, b) => (isNewer(a, b) ? -1 : 1)) };
  }
  return { pages: { ...pages, pages: merged }, mustAsk: unknown.some((row) => verdictOf(row) === 'ask') };
}

function mergePage<T extends { id: string }>(
  items: T[],
  rows: ReadonlyMap<string, T>,
  verdictOf: (row: T) => Verdict,
  known: Set<string>,
): T[] {
  return items.flatMap((item) => {
    const row = rows.get(item.id);
    if (!row) return [item];
    known.add(item.id);
    return verdictOf(row) === 'out' ? [] : [row];
  });
}

/** A row that is not listed although older ones are belongs to a page that is not loaded: it is left to that page. */
function belongsOnTop<T>(row: T, top: T | undefined, isNewer: (row: T, other: T) => boolean): boolean {
  return top === undefined || isNewer(row, top);
}

/** Whether a changed run belongs to a list with these filters. */
export function judgeRun(run: Run, filters: RunFilters): Verdict {
  const isOut =
    (filters.status !== undefined && run.status !== filters.status) ||
    (filters.agent_id !== undefined && run.agent_id !== filters.agent_id) ||
    (filters.version_id !== undefined && run.version_id !== filters.version_id) ||
    (filters.task_id !== undefined && run.task_id !== filters.task_id) ||
    (filters.has_violation === true && run.violations === 0) ||
    (filters.root_only === true && run.parent_run_id !== null);
  if (isOut) return 'out';
  return filters.q || filters.tool || filters.model ? 'ask' : 'in';
}

/** Whether a changed violation belongs to a list with these filters. */
export function judgeViolation(violation: Violation, filters: ViolationFilters): Verdict {
  const isOut =
    (filters.state !== undefined && violation.state !== filters.state) ||
    (filters.enforcement !== undefined && violation.enforcement !== filters.enforcement) ||
    (filters.agent_id !== undefined && violation.agent_id !== filters.agent_id) ||
    (filters.run_id !== undefined && violation.run_id !== filters.run_id) ||
    (filters.tool !== undefined && violation.tool !== filters.tool) ||
    (filters.code !== undefined && violation.code !== filters.code);
  if (isOut) return 'out';
  return filters.rule === undefined ? 'in' : 'ask';
}

/** Newest start first, as the server sorts. */
export const isNewerRun = (run: Run, other: Run) =>
  run.started_at === other.started_at ? run.id > other.id : run.started_at > other.started_at;

/** Newest first, as the server sorts. */
export const isNewerViolation = (violation: Violation, other: Violation) =>
  violation.ts === other.ts ? violation.id > other.id : violation.ts > other.ts;
