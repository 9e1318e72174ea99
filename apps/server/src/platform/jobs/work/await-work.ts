import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../../context.ts';

const LOOK_MS = 100;

/** How a job ended. */
export interface EndedWork {
  state: 'succeeded' | 'failed' | 'dead';
  result: unknown;
  error: { code: string; message: string } | null;
}

/** Waits until a job has ended, for operations that answer with its result when it is quick; undefined after `limitMs`. */
export async function awaitWork({ db, orgId }: Context, id: string, limitMs: number): Promise<EndedWork | undefined> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += LOOK_MS) {
    const ended = await db
      .selectFrom('work_jobs')
      .select(['state', 'result', 'error'])
      .where('org_id', '=', orgId)
      .where('id', '=', id)
      .where('state', 'in', ['succeeded', 'failed', 'dead'])
      .$castTo<EndedWork>()
      .executeTakeFirst();
    if (ended) return ended;
    await sleep(LOOK_MS);
  }
  return undefined;
}
