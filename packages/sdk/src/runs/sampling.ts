import { createHash } from 'node:crypto';

/** Whether the payloads of a run tree are uploaded: the same answer everywhere for the same root run. */
export function isSampled(rootRunId: string, rate: number): boolean {
  if (rate >= 1) return true;
  if (rate <= 0) return false;
  const first = createHash('sha256').update(rootRunId).digest().readUInt32BE(0);
  return first / 2 ** 32 < rate;
}
