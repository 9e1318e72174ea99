import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../../context.ts';

const LOOK_MS = 100;

/** How a job ended; `queued` is one that failed and is tried again later. */
export interface EndedWork {
  state: 'succeeded' | 'failed' | 'dead' | 'queued';
  result: unknown;
  error: { code: string; message: string } | null;
}

interface Row extends Omit<EndedWork, 'state'> {
  state: EndedWork['state'] | 'running';
}

/**
 * Waits until a job has ended, for operations that answer with its result when it is quick; undefined after `limitMs`,
 * and when the job was taken back. With `untilError` the first try that fails ends the wait, too.
 */
export async function awaitWork(
  ctx: Context,
  id: string,
  limitMs: number,
  { untilError = false } = {},
): Promise<EndedWork | undefined> {
  for (let waitedMs = 0; waitedMs < limitMs && !ctx.stopping?.aborted; waitedMs += LOOK_MS) {
    const job = await findWork(ctx, id);
    if (!job) return undefined;
    const { state, ...outcome } = job;
    const isOver = state !== 'running' && (state !== 'queued' || (untilError && outcome.error !== null));
    if (isOver) return { state, ...outcome };
    await sleep(LOOK_MS);
  }
  return undefined;
}

const findWork = ({ db, orgId }: Context, id: string): Promise<Row | undefined> =>
  db
    .selectFrom('work_jobs')
    .select(['state', 'result', 'error'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .$castTo<Row>()
    .executeTakeFirst();
