import { createHash } from 'node:crypto';
import type { TreeRun } from './tree.rules.ts';

/**
 * The id of a run of a trace, the same whenever it is asked for: that of the trace, or for an agent span one with the
 * same instant, by which runs are stored. `traceRunId` is a UUIDv7.
 */
export function toRunId({ span }: TreeRun, traceRunId: string): string {
  if (span === null) return traceRunId;
  const hash = createHash('sha256').update(`${traceRunId}${span.span_id}`).digest('hex');
  return `${traceRunId.slice(0, 14)}7${hash.slice(0, 3)}-8${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}
