import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { removeWork, retryWork } from '#server/platform/jobs/work/redrive.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { jobDeleted, jobRetried } from './jobs.events.ts';
import type { JobRead } from './jobs.schema.ts';
import { findJob } from './jobs.store.ts';

/** Throws `job.not_found`. */
export async function getJob(ctx: Context, id: string): Promise<JobRead> {
  const job = await findJob(ctx, id);
  if (!job) throw notFound('job', id);
  return job;
}

/** Gives a job that gave up, or waits for its next try, all its tries again. Throws `job.not_found`, `job.not_retryable`. */
export const retryJob = (ctx: Context, id: string): Promise<JobRead> =>
  inTransaction(ctx, async (tx) => {
    const before = await getJob(tx, id);
    if (!(await retryWork(tx, id)))
      throw new Problem('job.not_retryable', 409, 'A job that runs or has succeeded is not done again.');
    const job = await getJob(tx, id);
    await publish(tx, jobRetried, { subjectId: id, boardId: job.board_id, data: { job, before } });
    return job;
  });

/** Forgets a job. Throws `job.not_found`, `job.running`. */
export const deleteJob = (ctx: Context, id: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    const job = await getJob(tx, id);
    if (!(await removeWork(tx, id))) throw new Problem('job.running', 409, 'The job runs; wait until it has ended.');
    await publish(tx, jobDeleted, { subjectId: id, boardId: job.board_id, data: { job } });
  });
