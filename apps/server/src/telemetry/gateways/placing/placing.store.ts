import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import { isUuid } from '../../batches/instants.rules.ts';
import { toRunDay } from '../../runs/run-day.rules.ts';

/** What is stored of a run that was heard of before. */
export interface StoredRun {
  id: string;
  max_seq: number;
  is_ended: boolean;
}

/** A step that is stored; an open one with what its closing row must repeat. */
export interface StoredStep {
  run_id: string;
  key: string;
  phase: number;
  kind: string;
  name: string;
  parent_key: string | null;
  started_at: string;
  in_payload: unknown;
}

const daysOf = (ids: readonly string[]) => [...new Set(ids.flatMap((id) => toRunDay(id) ?? []))];

export async function findStoredRuns({ db, orgId }: Context, ids: readonly string[]): Promise<StoredRun[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'max_seq', 'status_seq'])
    .where('org_id', '=', orgId)
    .where('day', 'in', daysOf(ids))
    .where('id', 'in', ids)
    .execute();
  return rows.map(({ id, max_seq, status_seq }) => ({ id, max_seq, is_ended: status_seq >= 0 }));
}

export const findStoredSteps = async ({ db, orgId }: Context, ids: readonly string[]): Promise<StoredStep[]> =>
  ids.length === 0
    ? []
    : db
        .selectFrom('steps')
        .select(['run_id', 'key', 'phase', 'kind', 'name', 'parent_key', 'started_at', 'in_payload'])
        .where('org_id', '=', orgId)
        .where('day', 'in', daysOf(ids))
        .where('run_id', 'in', ids)
        .execute();

/** The tasks of which our own messages spoke: a run that a message started has the id of its job. */
export async function findMessageTasks({ db, orgId }: Context, ids: readonly string[]): Promise<Map<string, string>> {
  const jobs = ids.filter(isUuid);
  if (jobs.length === 0) return new Map();
  const rows = await db
    .selectFrom('work_jobs')
    .select('id')
    .select(sql<string | null>`payload ->> 'task_id'`.as('task_id'))
    .where('org_id', '=', orgId)
    .where('id', 'in', jobs)
    .execute();
  return new Map(rows.flatMap(({ id, task_id }) => (isUuid(task_id) ? [[id, task_id] as const] : [])));
}
