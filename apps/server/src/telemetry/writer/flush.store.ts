import type pg from 'pg';
import { type CountedAgent, insertViolations } from '#server/governance/index.ts';
import type { Platform, TxContext } from '#server/platform/context.ts';
import type { ByteBuffer } from '#server/platform/postgres/byte-buffer.ts';
import { type Column, copyRows, int8, jsonb, toArrayParameters, unnest, uuid } from '#server/platform/postgres/copy.ts';
import type { Tx } from '#server/platform/postgres/database.ts';
import { saveBlobs } from '../blobs/blobs.store.ts';
import type { Draft } from '../events/draft.ts';
import { feedOccurrences } from '../rollups/calls.ts';
import { mergeRollups } from '../rollups/rollups.rules.ts';
import { copyRollups } from '../rollups/rollups.store.ts';
import { COPY_DECISIONS, COPY_EVENTS } from '../steps/event-row.ts';
import { COPY_STEPS } from '../steps/step-row.ts';
import type { CommittedAnswer, PreparedBatch, StoredAnswer } from './batch.ts';
import { mergeDeltas } from './run-delta.ts';
import { saveRuns } from './save-runs.store.ts';

const CLAIM_COLUMNS: Column<PreparedBatch>[] = [
  uuid('org_id', (batch) => batch.orgId),
  uuid('producer_id', (batch) => batch.producerId),
  int8('batch', (batch) => batch.batch),
  jsonb('response', (batch) => JSON.stringify(batch.answer)),
];

/** Claims what is not in yet. A number at or below the producer's floor was claimed and forgotten long ago. */
const CLAIM = {
  name: 'ingest-claim',
  text: `
    insert into telemetry_batches (org_id, producer_id, batch, response)
    select b.* from ${unnest('b', CLAIM_COLUMNS)}
    where not exists (
      select from producers p where p.org_id = b.org_id and p.id = b.producer_id and p.batch_floor >= b.batch)
    order by org_id, producer_id, batch
    on conflict do nothing
    returning org_id, producer_id, batch`,
};

const FIND_ANSWERS = {
  name: 'ingest-answers',
  text: `
    select t.org_id, t.producer_id, t.batch, t.response from telemetry_batches t
    join ${unnest('b', CLAIM_COLUMNS.slice(0, 3))} using (org_id, producer_id, batch)`,
};

interface ClaimRow {
  org_id: string;
  producer_id: string;
  batch: number;
}

const keyOf = (row: ClaimRow) => `${row.org_id}${row.producer_id}${row.batch}`;
const toClaimRow = ({ orgId, producerId, batch }: PreparedBatch): ClaimRow => ({
  org_id: orgId,
  producer_id: producerId,
  batch,
});

const FORGOTTEN: StoredAnswer = { accepted: 0, ignored: 0, rejected: [], rejected_total: 0, need: [], keep: [] };

/** Claims each batch in the open transaction; duplicates come with the answer they got when they were new. */
export async function claimBatches(client: pg.Client, batches: readonly PreparedBatch[]): Promise<CommittedAnswer[]> {
  const { rows } = await client.query<ClaimRow>({ ...CLAIM, values: toArrayParameters(CLAIM_COLUMNS, batches) });
  const claimed = new Set(rows.map(keyOf));
  const repeated = batches.filter((batch) => !claimed.has(keyOf(toClaimRow(batch))));
  const stored = repeated.length > 0 ? await findAnswers(client, repeated) : new Map<string, StoredAnswer>();
  return batches.map((batch) => {
    const key = keyOf(toClaimRow(batch));
    return claimed.has(key)
      ? { duplicate: false, answer: batch.answer }
      : { duplicate: true, answer: stored.get(key) ?? FORGOTTEN };
  });
}

async function findAnswers(client: pg.Client, batches: readonly PreparedBatch[]): Promise<Map<string, StoredAnswer>> {
  const values = toArrayParameters(CLAIM_COLUMNS.slice(0, 3), batches);
  const { rows } = await client.query<ClaimRow & { response: StoredAnswer }>({ ...FIND_ANSWERS, values });
  return new Map(rows.map((row) => [keyOf(row), row.response]));
}

/**
 * Stores what claimed batches hold. Statements stand in one order and rows are sorted, so that writers do not deadlock.
 * Gives the agents of which breakers counted something.
 */
export async function saveDrafts(
  platform: Platform & { db: Tx },
  client: pg.Client,
  batches: readonly PreparedBatch[],
): Promise<CountedAgent[]> {
  const drafts = batches.map(({ draft }) => draft);
  await copyBuffers(client, COPY_STEPS, drafts, (draft) => draft.steps);
  await copyBuffers(client, COPY_EVENTS, drafts, (draft) => draft.events);
  await copyBuffers(client, COPY_DECISIONS, drafts, (draft) => draft.decisions);
  await saveRuns(client, mergeDeltas(drafts.map(({ runs }) => runs)));
  await saveBlobs(
    client,
    drafts.flatMap(({ blobs }) => [...blobs.values()]),
    drafts.flatMap(({ refs }) => [...refs.values()]),
  );
  await copyRollups(client, mergeRollups(drafts.map(({ rollups }) => rollups)));
  for (const { orgId, producerId, draft } of batches) {
    const tx: TxContext = {
      ...platform,
      orgId,
      actor: { kind: 'process', id: producerId },
      caller: { kind: 'process' },
    };
    await insertViolations(tx, draft.violations);
  }
  const given = batches.map(({ orgId, draft }) => ({ orgId, all: draft.occurrences }));
  return feedOccurrences(platform.db, given);
}

async function copyBuffers(
  client: pg.Client,
  statement: string,
  drafts: readonly Draft[],
  bufferOf: (draft: Draft) => ByteBuffer,
): Promise<void> {
  const rows = drafts.map(bufferOf).filter(({ length }) => length > 0);
  if (rows.length > 0)
    await copyRows(
      client,
      statement,
      rows.map((buffer) => buffer.view()),
    );
}
