import type { TxContext } from '../../context.ts';
import { announceWork } from './enqueue.ts';
import { announceNext } from './outbox.ts';

/** What may be done again, or sooner: what gave up, and what waits for its next try. */
const RETRYABLE = ['queued', 'failed', 'dead'];

/** Gives a job all its tries again, at once or when what it waits for lets it go; false unless it may be retried. */
export async function retryWork(tx: TxContext, id: string): Promise<boolean> {
  const job = await tx.db
    .updateTable('work_jobs')
    .set({ state: 'queued', attempts: 0, error: null, next_retry_at: null, updated_at: tx.now() })
    .where('org_id', '=', tx.orgId)
    .where('id', '=', id)
    .where('state', 'in', RETRYABLE)
    .returning('waits_for')
    .executeTakeFirst();
  if (job?.waits_for === null) await announceWork(tx, id);
  return job !== undefined;
}

/** Forgets a job and lets the next of its queue go; false while it runs. */
export async function removeWork(tx: TxContext, id: string): Promise<boolean> {
  const job = await tx.db
    .deleteFrom('work_jobs')
    .where('org_id', '=', tx.orgId)
    .where('id', '=', id)
    .where('state', '<>', 'running')
    .returning('queue')
    .executeTakeFirst();
  if (job && job.queue !== null) await announceNext(tx, job.queue);
  return job !== undefined;
}
