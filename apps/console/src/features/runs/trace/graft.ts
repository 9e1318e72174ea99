import { closeSubtrees, type Trace, type TraceRow } from './trace.ts';

/** The trace of a run that a step started, and when that run began, in µs from the start of the run it is shown in. */
export interface Graft {
  stepKey: string;
  runId: string;
  offsetUs: number;
  trace: Trace;
}

/** Puts the steps of started runs under the steps that started them, on one time line. */
export function graftRuns(trace: Trace, grafts: readonly Graft[]): Trace {
  if (grafts.length === 0) return trace;
  const rows: TraceRow[] = [];
  const newPlaces: number[] = [];
  for (const row of trace.rows) {
    const place = rows.push({ ...row, parent: newPlaces[row.parent] ?? -1, hasChildren: false }) - 1;
    newPlaces.push(place);
    for (const graft of grafts) if (graft.stepKey === row.key) pushGraft(rows, place, graft);
  }
  closeSubtrees(rows);
  const endUs = rows.reduce((end, row) => Math.max(end, row.startUs, row.endUs ?? 0), 0);
  return { rows, placeOf: new Map(rows.map((row, place) => [row.key, place])), endUs };
}

function pushGraft(rows: TraceRow[], parentPlace: number, { runId, offsetUs, trace }: Graft): void {
  const base = rows.length;
  const depth = (rows[parentPlace]?.depth ?? 0) + 1;
  for (const row of trace.rows) {
    rows.push({
      ...row,
      key: toChildKey(runId, row.key),
      runId: row.runId ?? runId,
      depth: row.depth + depth,
      parent: row.parent < 0 ? parentPlace : base + row.parent,
      hasChildren: false,
      startUs: row.startUs + offsetUs,
      endUs: row.endUs === null ? null : row.endUs + offsetUs,
      bars: row.bars.map((bar) => ({
        ...bar,
        startUs: bar.startUs + offsetUs,
        endUs: bar.endUs === null ? null : bar.endUs + offsetUs,
      })),
    });
  }
}

/** Step keys are unique in a run only. */
export const toChildKey = (runId: string, key: string) => `${runId}/${key}`;
