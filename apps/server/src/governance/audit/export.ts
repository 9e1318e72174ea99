import type { Context } from '#server/platform/context.ts';
import type { AuditExportQuery, AuditRecord } from './audit.schema.ts';
import {
  type EntryRow,
  findBounds,
  findHead,
  findOrganization,
  type MatchedEntry,
  readEntries,
} from './audit.store.ts';
import { findSignedHead } from './heads/heads.store.ts';

const PAGE = 500;

/** An entry as one JSON object: the hashed text itself with the hashes added, so that nothing is written anew. */
export const toEntryJson = ({ canonical, prev_hash, hash }: EntryRow): string =>
  `${canonical.slice(0, -1)},"prev_hash":"${prev_hash}","hash":"${hash}"}`;

/** The trail of a time, page by page: NDJSON that can be verified on its own, or CSV for a spreadsheet. */
export async function* exportAudit(ctx: Context, query: AuditExportQuery): AsyncGenerator<string> {
  const bounds = await findBounds(ctx, query);
  const isCsv = query.format === 'csv';
  yield isCsv ? `${COLUMNS.join(',')}\r\n` : await toHeader(ctx, query, bounds);
  let next = bounds?.first ?? 1;
  const last = bounds?.last ?? 0;
  while (next <= last) {
    const rows = await readEntries(ctx, { from: next, to: last, limit: PAGE }, query);
    yield rows.map(isCsv ? toCsv : toNdjson).join('');
    next = (rows.at(-1)?.seq ?? last) + 1;
  }
}

/** The first line: whose trail it is, what was asked for, and where the exported part begins and ends. */
async function toHeader(
  ctx: Context,
  { format: _, ...filter }: AuditExportQuery,
  bounds: { first: number; last: number } | undefined,
): Promise<string> {
  const find = async (seq: number) => (await readEntries(ctx, { from: seq, to: seq, limit: 1 }))[0];
  const first = bounds && (await find(bounds.first));
  const last = bounds && (await find(bounds.last));
  const header = {
    type: 'mission-control.audit',
    version: 1,
    organization: await findOrganization(ctx),
    exported_at: ctx.now().toISOString(),
    filter,
    first: first ? { seq: first.seq, prev_hash: first.prev_hash } : null,
    last: last ? { seq: last.seq, hash: last.hash } : null,
    head: (await findHead(ctx)) ?? null,
    signed_head: (await findSignedHead(ctx)) ?? null,
  };
  return `${JSON.stringify(header)}\n`;
}

/** Entries that were not asked for leave their hashes, so that the chain can still be followed. */
const toNdjson = (row: MatchedEntry): string =>
  row.is_match
    ? `${toEntryJson(row)}\n`
    : `${JSON.stringify({ seq: row.seq, prev_hash: row.prev_hash, hash: row.hash })}\n`;

const COLUMNS = [
  ...['seq', 'timestamp', 'action', 'agent', 'user', 'policy', 'result', 'details', 'actor_kind', 'actor_id'],
  ...['agent_id', 'subject_kind', 'subject_id', 'ip', 'request_id', 'id', 'hash'],
];

function toCsv(row: MatchedEntry): string {
  if (!row.is_match) return '';
  const record = JSON.parse(row.canonical) as AuditRecord; // we wrote it
  const { subject, details, ...plain } = record;
  const cells: Record<string, unknown> = {
    ...plain,
    details: JSON.stringify(details),
    subject_kind: subject.kind,
    subject_id: subject.id,
    hash: row.hash,
  };
  return `${COLUMNS.map((column) => toCell(cells[column])).join(',')}\r\n`;
}

/** Quoted; what a spreadsheet would take for a formula begins with an apostrophe. */
function toCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = String(value);
  return `"${(/^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}
