import type { FileHandle } from 'node:fs/promises';
import type { Context, Platform } from '#server/platform/context.ts';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import type { Tx } from '#server/platform/postgres/database.ts';
import { notFound } from '#server/platform/problem.ts';
import { findOrganization } from '../organizations/organizations.store.ts';
import { removeOldArchives, writeArchive } from './archive-folder.ts';
import { EXPORTED_TABLES } from './exports.rules.ts';
import type { ExportResult } from './exports.schema.ts';
import { inSnapshot, type Row, readPeople, readRows } from './exports.store.ts';

const KEPT_MS = 7 * 86_400_000;
const CHUNK_CHARACTERS = 64 * 1024;

/** Writes the archive of the job's organization: one JSON document, row by row, so that its size costs no memory. */
export const exportOrganization: WorkKind = {
  async run(ctx, { id }): Promise<ExportResult> {
    let rows = 0;
    const bytes = await writeArchive(ctx.config, { orgId: ctx.orgId, jobId: id }, async (file) => {
      rows = await inSnapshot(ctx, (tx) => writeDocument(ctx, tx, file));
    });
    return { path: `/organizations/me/exports/${id}`, bytes, rows };
  },
};

/** Archives go after a week, as the jobs that name them do. */
export const pruneExports = ({ config, now }: Platform): Promise<void> =>
  removeOldArchives(config, new Date(now().getTime() - KEPT_MS));

async function writeDocument({ orgId, now }: Context, tx: Tx, file: FileHandle): Promise<number> {
  const organization = await findOrganization(tx, orgId);
  if (!organization) throw notFound('organization', orgId);
  const head = { format: 'mission-control/organization', version: 1, exported_at: now().toISOString(), organization };
  await file.write(`${JSON.stringify(head).slice(0, -1)},"tables":{`);
  let count = await writeTable(file, '"users":', readPeople(tx, orgId));
  for (const table of EXPORTED_TABLES) count += await writeTable(file, `,"${table}":`, readRows(tx, table, orgId));
  await file.write('}}\n');
  return count;
}

/** Writes one table as an array, a line per row; returns how many. */
async function writeTable(file: FileHandle, name: string, rows: AsyncIterable<Row>): Promise<number> {
  let count = 0;
  let chunk = `\n${name}[`;
  for await (const row of rows) {
    chunk += `${count++ === 0 ? '' : ','}\n${JSON.stringify(row)}`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    await file.write(chunk);
    chunk = '';
  }
  await file.write(`${chunk}]`);
  return count;
}
