import { sql } from 'kysely';
import type { TxContext } from '../../context.ts';
import { newId } from '../../ids.ts';
import { sendAlong } from '../../postgres/statements/transact.ts';
import { enqueue } from '../queue.ts';

/** The one task of graphile-worker that runs rows of the outbox. */
export const RUN_WORK = 'work.run';

export interface NewWork {
  /** `noun.verb`; a module declares what it does. */
  kind: string;
  payload: Record<string, unknown>;
  /** What the job is about. */
  subject?: { kind: string; id: string };
  boardId?: string | null;
  /** Jobs of one queue run one at a time, in the order they were made. */
  queue?: string;
  /** Of the jobs of one lane at most eight run at once, in all processes together. */
  lane?: string;
  /** Not before something (`gateway:<id>`, `board:<id>`) lets it go; see `releaseWork`. */
  waitsFor?: string;
  runAt?: Date;
  maxAttempts?: number;
}

/** Puts work into the outbox, in the caller's transaction; returns the job's id, which `GET /jobs/{job_id}` shows. */
export async function enqueueWork(tx: TxContext, work: NewWork): Promise<string> {
  const id = newId(tx.now());
  const insert = tx.db
    .insertInto('work_jobs')
    .values({
      id,
      org_id: tx.orgId,
      kind: work.kind,
      subject: work.subject ? JSON.stringify(work.subject) : null,
      board_id: work.boardId ?? null,
      payload: JSON.stringify(work.payload),
      queue: work.queue ?? null,
      lane: work.lane ?? null,
      waits_for: work.waitsFor ?? null,
      max_attempts: work.maxAttempts ?? 8,
      next_retry_at: work.runAt ?? null,
      created_at: tx.now(),
      updated_at: tx.now(),
    })
    .execute();
  await sendAlong(tx.db, insert);
  if (work.waitsFor === undefined) await announceWork(tx, id, work.runAt);
  return id;
}

/** Lets the worker know of a job that is, or will be, ready. */
export const announceWork = (tx: TxContext, id: string, runAt?: Date): Promise<void> =>
  enqueue(tx, RUN_WORK, { id }, { jobKey: `work:${id}`, maxAttempts: 1, ...(runAt ? { runAt } : {}) });

/**
 * Lets go what waited for `waitsFor`, of one subject when it is given: it waits for `next` instead, else it runs. Order
 * is kept by its queue.
 */
export async function releaseWork(
  tx: TxContext,
  waitsFor: string,
  next?: string,
  subject?: { kind: string; id: string },
): Promise<void> {
  const rows = await tx.db
    .updateTable('work_jobs')
    .set({ waits_for: next ?? null, updated_at: tx.now() })
    .where('org_id', '=', tx.orgId)
    .where('waits_for', '=', waitsFor)
    .where('state', '=', 'queued')
    .$if(subject !== undefined, (query) => query.where(sql<boolean>`subject = ${JSON.stringify(subject)}::jsonb`))
    .returning('id')
    .execute();
  if (next === undefined) for (const { id } of rows) await announceWork(tx, id);
}

/** Takes back what has not begun in a queue: its subject is gone, or a newer job replaces it. */
export async function dropWork(tx: TxContext, queue: string): Promise<void> {
  await tx.db
    .deleteFrom('work_jobs')
    .where('org_id', '=', tx.orgId)
    .where('queue', '=', queue)
    .where('state', '=', 'queued')
    .execute();
}

/** Removes the jobs of a board that goes, whatever their state. */
export async function removeBoardWork({ db, orgId }: TxContext, boardId: string): Promise<void> {
  await db.deleteFrom('work_jobs').where('org_id', '=', orgId).where('board_id', '=', boardId).execute();
}
