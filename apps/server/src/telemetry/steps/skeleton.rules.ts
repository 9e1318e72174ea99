import type { RunHead } from '../runs/runs.store.ts';
import type { StepSkeleton } from './steps.schema.ts';
import type { SkeletonRow } from './steps.store.ts';

/** Turns rows, sorted by start, into columns. A parent that is not among them is −1; of its attempts the last counts. */
export function toSkeleton(run: Pick<RunHead, 'started_at'>, rows: readonly SkeletonRow[]): StepSkeleton {
  const indexOfKey = new Map(rows.map(({ key }, index) => [key, index]));
  const column = <K extends keyof SkeletonRow>(name: K) => rows.map((row) => row[name]);
  return {
    fields: 'skeleton',
    base: run.started_at,
    max_seq: rows.reduce((highest, { seq }) => Math.max(highest, seq), -1),
    seq: column('seq'),
    key: column('key'),
    parent: rows.map(({ parent_key, key }) =>
      parent_key === null || parent_key === key ? -1 : (indexOfKey.get(parent_key) ?? -1),
    ),
    attempt: column('attempt'),
    kind: column('kind') as StepSkeleton['kind'], // checked when they were read
    name: column('name'),
    status: column('status') as StepSkeleton['status'],
    start_us: column('start_us'),
    dur_us: column('dur_us'),
    wait_us: column('wait_us'),
    tokens: column('tokens'),
    model: column('model'),
  };
}
