import { sql } from 'kysely';
import type { Database } from '#server/platform/postgres/database.ts';
import type { BlobRef } from '../blobs/blob-row.ts';
import type { StoredRun } from '../reading/resolve.ts';
import { toDate, toRunDay } from '../runs/run-day.rules.ts';

/** What is stored of runs by id. */
export async function findStoredRuns(db: Database, orgId: string, ids: readonly string[]): Promise<StoredRun[]> {
  const known = ids.flatMap((id) => toRunDay(id) ?? []);
  if (known.length === 0) return [];
  return db
    .selectFrom('runs')
    .select(['id', 'agent_id', 'version_id', 'root_run_id', 'steps', 'sampled'])
    .select(sql<boolean>`replay_id is not null`.as('is_replay'))
    .select(sql<number>`(extract(epoch from started_at) * 1000000)::bigint`.as('started_us'))
    .where('org_id', '=', orgId)
    .where('day', 'in', [...new Set(known)])
    .where('id', 'in', ids)
    .execute();
}

/** Which of these blobs are stored, as `<day number><hash in hex>`. */
export async function findStoredBlobs(db: Database, orgId: string, refs: readonly BlobRef[]): Promise<string[]> {
  if (refs.length === 0) return [];
  const { rows } = await sql<{ key: string }>`
    select (day - '1970-01-01'::date)::text || encode(hash, 'hex') as key from blobs
    where org_id = ${orgId} and day = any(${[...new Set(refs.map(({ day }) => toDate(day)))]}::date[])
      and hash = any(${refs.map(({ hash }) => Buffer.from(hash))}::bytea[])`.execute(db);
  return rows.map(({ key }) => key);
}
