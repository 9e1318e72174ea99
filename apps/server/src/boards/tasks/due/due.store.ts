import { sql } from 'kysely';
import type { Platform, TxContext } from '#server/platform/context.ts';
import { TASK_FIELDS, TASK_JOINS } from '../reads/task-shape.sql.ts';
import type { TaskRead } from '../tasks.schema.ts';

export type DueKind = 'soon' | 'overdue';

const SOON = sql.raw("interval '24 hours'");

/** SQL: whether a date is to be announced: within a day, or passed. A column keeps the date that was. */
const isDue = (kind: DueKind, now: Date) =>
  kind === 'soon'
    ? sql<boolean>`t.due_at > ${now}::timestamptz and t.due_at <= ${now}::timestamptz + ${SOON}
        and t.due_soon_for is distinct from t.due_at and t.overdue_for is distinct from t.due_at and t.status <> 'done'`
    : sql<boolean>`t.due_at <= ${now}::timestamptz and t.overdue_for is distinct from t.due_at and t.status <> 'done'`;

/** Organizations that have dates to announce. */
export async function listOrganizationsWithDue({ db, now }: Platform, kind: DueKind): Promise<string[]> {
  const { rows } = await sql<{ org_id: string }>`select distinct t.org_id from tasks t
    where ${isDue(kind, now())}`.execute(db);
  return rows.map(({ org_id }) => org_id);
}

/** A task with whom to tell of its date. */
export interface DueTask {
  task: TaskRead;
  lead_id: string | null;
}

/** Takes dates to announce, each once, but those of tasks that somebody is changing right now. */
export async function takeDue({ db, orgId, now }: TxContext, kind: DueKind, limit: number): Promise<DueTask[]> {
  const column = sql.ref(kind === 'soon' ? 'due_soon_for' : 'overdue_for');
  const { rows } = await sql<DueTask>`
    with found as (
      select t.id from tasks t where t.org_id = ${orgId} and ${isDue(kind, now())}
      order by t.due_at limit ${limit} for no key update skip locked),
    t as (update tasks t set ${column} = t.due_at from found where t.id = found.id returning t.*),
    ${sql.raw(TASK_FIELDS)}
    select to_json(w) as task, (select a.id from agents a where a.board_id = t.board_id and a.kind = 'lead') as lead_id
    from t ${sql.raw(TASK_JOINS)} order by t.due_at, t.id`.execute(db);
  return rows;
}
