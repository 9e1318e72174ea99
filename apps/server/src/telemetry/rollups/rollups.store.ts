import type pg from 'pg';
import { ByteBuffer } from '#server/platform/postgres/byte-buffer.ts';
import { copyRows, writeRow } from '#server/platform/postgres/copy.ts';
import { COPY_HOURS, COPY_MINUTES, ROLLUP_COLUMNS } from './rollup-row.ts';
import type { Rollup } from './rollups.rules.ts';

/** Appends sums as deltas; readers add them up and a job folds them. */
export async function copyRollups(client: pg.Client, sums: { minutes: Rollup[]; hours: Rollup[] }): Promise<void> {
  if (sums.minutes.length === 0) return;
  await copyRows(client, COPY_MINUTES, [encode(sums.minutes)]);
  await copyRows(client, COPY_HOURS, [encode(sums.hours)]);
}

function encode(sums: readonly Rollup[]): Buffer {
  const rows = new ByteBuffer(sums.length * 400);
  for (const sum of sums) writeRow(rows, ROLLUP_COLUMNS, sum);
  return rows.view();
}
