import type { DropCounts } from '../wire.ts';

export const createDropCounts = (): DropCounts => ({
  buffer_full: 0,
  payload_limit: 0,
  sampled: 0,
  redactor_slow: 0,
  spool_full: 0,
  rejected: 0,
});
