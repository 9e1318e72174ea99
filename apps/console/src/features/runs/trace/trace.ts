import type { StepSkeleton } from '#console/api/contract.ts';

export type StepKind = StepSkeleton['kind'][number];
export type StepStatus = StepSkeleton['status'][number];

/** One bar of a row: an attempt, in µs from the start of the run. `endUs` null: still open. */
export interface TraceBar {
  attempt: number;
  status: StepStatus;
  startUs: number;
  endUs: number | null;
  waitUs: number;
}

/** One step of a run; its attempts share the row. */
export interface TraceRow {
  /** Unique in the view; in a run of its own the step's key. */
  key: string;
  stepKey: string;
  /** The run it belongs to, when that is not the one that is looked at. */
  runId?: string;
  name: string;
  kind: StepKind;
  /** Of the newest attempt. */
  status: StepStatus;
  model: string | null;
  tokens: number;
  depth: number;
  /** Place in `rows` of the parent, −1 at the top. */
  parent: number;
  /** Place in `rows` after the last descendant: what folding skips. */
  end: number;
  hasChildren: boolean;
  bars: TraceBar[];
  startUs: number;
  endUs: number | null;
}

/** A run's steps as a tree, in the order of display. */
export interface Trace {
  rows: TraceRow[];
  /** Place in `rows` by step key. */
  placeOf: Map<string, number>;
  /** End of the last closed step, in µs. */
  endUs: number;
}

/** Makes the tree from the columns: parents before children, siblings by start. One pass and one explicit stack. */
export function buildTrace(skeleton: StepSkeleton): Trace {
  const groups = groupAttempts(skeleton);
  const children = new Map<string, string[]>();
  const roots: string[] = [];
  for (const [key, indexes] of groups) {
    const parentKey = parentKeyOf(skeleton, indexes, groups);
    if (parentKey === undefined) roots.push(key);
    else pushTo(children, parentKey, key);
  }
  return walk(skeleton, groups, children, roots);
}

/** Columns of each step key, oldest attempt first. Columns come sorted by start, so the groups do too. */
function groupAttempts(skeleton: StepSkeleton): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  skeleton.key.forEach((key, index) => {
    pushTo(groups, key, index);
  });
  return groups;
}

function parentKeyOf(skeleton: StepSkeleton, indexes: number[], groups: Map<string, number[]>): string | undefined {
  const parent = skeleton.parent[indexes[0] ?? -1] ?? -1;
  const key = parent < 0 ? undefined : skeleton.key[parent];
  return key !== undefined && groups.get(key) !== indexes ? key : undefined;
}

function walk(
  skeleton: StepSkeleton,
  groups: Map<string, number[]>,
  children: Map<string, string[]>,
  roots: string[],
): Trace {
  const rows: TraceRow[] = [];
  const placeOf = new Map<string, number>();
  // Everything may be a root in the end: steps whose claimed parents go in a circle would show nowhere else.
  const stack = [...groups.keys(), ...roots.toReversed()].map((key) => ({ key, parent: -1, depth: 0 }));
  let endUs = 0;
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { key, parent, depth } = next;
    if (placeOf.has(key)) continue;
    const row = toRow(skeleton, groups.get(key) ?? [], { key, parent, depth });
    const place = rows.push(row) - 1;
    placeOf.set(key, place);
    endUs = Math.max(endUs, row.startUs, row.endUs ?? 0);
    for (const child of (children.get(key) ?? []).toReversed())
      stack.push({ key: child, parent: place, depth: depth + 1 });
  }
  closeSubtrees(rows);
  return { rows, placeOf, endUs };
}

function toRow(
  skeleton: StepSkeleton,
  indexes: number[],
  at: { key: string; parent: number; depth: number },
): TraceRow {
  const bars = indexes.map((index) => toBar(skeleton, index)).sort((a, b) => a.attempt - b.attempt);
  const newest = indexes.reduce((best, index) =>
    (skeleton.attempt[index] ?? 0) >= (skeleton.attempt[best] ?? 0) ? index : best,
  );
  return {
    ...at,
    stepKey: at.key,
    name: skeleton.name[newest] ?? '',
    kind: skeleton.kind[newest] ?? 'other',
    status: skeleton.status[newest] ?? 'running',
    model: skeleton.model[newest] ?? null,
    tokens: indexes.reduce((sum, index) => sum + (skeleton.tokens[index] ?? 0), 0),
    end: 0,
    hasChildren: false,
    bars,
    startUs: Math.min(...bars.map((bar) => bar.startUs)),
    endUs: bars.some((bar) => bar.endUs === null) ? null : Math.max(...bars.map((bar) => bar.endUs ?? 0)),
  };
}

function toBar(skeleton: StepSkeleton, index: number): TraceBar {
  const startUs = skeleton.start_us[index] ?? 0;
  const durUs = skeleton.dur_us[index] ?? null;
  return {
    attempt: skeleton.attempt[index] ?? 1,
    status: skeleton.status[index] ?? 'running',
    startUs,
    endUs: durUs === null ? null : startUs + durUs,
    waitUs: skeleton.wait_us[index] ?? 0,
  };
}

/** Sets where each subtree ends, from the last row back. */
export function closeSubtrees(rows: TraceRow[]): void {
  rows.forEach((row, place) => {
    row.end = place + 1;
  });
  for (let place = rows.length - 1; place >= 0; place--) {
    const row = rows[place] as TraceRow;
    const parent = rows[row.parent];
    if (!parent) continue;
    parent.end = Math.max(parent.end, row.end);
    parent.hasChildren = true;
  }
}

/** Places of the rows that are shown when the descendants of folded ones are not. */
export function visiblePlaces(rows: readonly TraceRow[], folded: ReadonlySet<string>): number[] {
  const places: number[] = [];
  for (let place = 0; place < rows.length; ) {
    const row = rows[place] as TraceRow;
    places.push(place);
    place = folded.has(row.key) ? row.end : place + 1;
  }
  return places;
}

/** The step that a person wants to see first: where a failure or a block began, not the parents that it went up through. */
export function findTrouble(rows: readonly TraceRow[]): TraceRow | undefined {
  const isTrouble = (row: TraceRow) => row.status === 'error' || row.status === 'blocked';
  return rows.find((row, place) => isTrouble(row) && !rows.slice(place + 1, row.end).some(isTrouble));
}

/** The next row after `place`, going round, for which the test holds. */
export function findNext(
  rows: readonly TraceRow[],
  place: number,
  test: (row: TraceRow) => boolean,
): TraceRow | undefined {
  for (let offset = 1; offset <= rows.length; offset++) {
    const row = rows[(place + offset + rows.length) % rows.length];
    if (row && test(row)) return row;
  }
  return undefined;
}

/**
 * The keys of the steps that decided how long the run took: going back from the end, the step that ended last before each
 * point, and the same inside it. Without them the run would have been shorter.
 */
export function findCriticalPath(rows: readonly TraceRow[], endUs: number): Set<string> {
  const childrenOf = new Map<number, number[]>();
  rows.forEach((row, place) => {
    pushTo(childrenOf, row.parent, place);
  });
  const critical = new Set<string>();
  const stack = [{ parent: -1, untilUs: endUs }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    let cursorUs = next.untilUs;
    const siblings = (childrenOf.get(next.parent) ?? []).toSorted(
      (a, b) => endOf(rows[b], endUs) - endOf(rows[a], endUs),
    );
    for (const place of siblings) {
      const row = rows[place] as TraceRow;
      if (endOf(row, endUs) > cursorUs) continue;
      critical.add(row.key);
      stack.push({ parent: place, untilUs: endOf(row, endUs) });
      cursorUs = row.startUs;
    }
  }
  return critical;
}

const endOf = (row: TraceRow | undefined, endUs: number) => row?.endUs ?? endUs;

function pushTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
