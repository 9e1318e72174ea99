import { sql } from 'kysely';
import { approvalEvents } from '#server/governance/index.ts';
import type { Context } from '#server/platform/context.ts';
import { taskCommentDeleted, taskCommentEdited, taskCommented } from '../comments/comments.events.ts';
import { customFieldCreated, customFieldDeleted, customFieldUpdated } from '../custom-fields/custom-fields.events.ts';
import { memoryCreated, memoryDeleted, memoryUpdated } from '../memory/memory.events.ts';
import { tagCreated, tagDeleted, tagUpdated } from '../tags/tags.events.ts';
import { taskCreated, taskDeleted, taskStatusChanged, taskUpdated } from '../tasks/tasks.events.ts';
import type { TaskStatus } from '../tasks/tasks.schema.ts';
import type { BoardGroupTaskSummary } from './snapshots.schema.ts';

/** Facts of a board, or of its organization, that change what a snapshot keeps. */
const OF_BOARD = [
  ...[taskCreated, taskUpdated, taskStatusChanged, taskDeleted],
  ...[taskCommented, taskCommentEdited, taskCommentDeleted, memoryCreated, memoryUpdated, memoryDeleted],
  ...[customFieldCreated, customFieldUpdated, customFieldDeleted, tagCreated, tagUpdated, tagDeleted],
  ...approvalEvents,
].map(({ type }) => type);
/** Of whoever is named on a board, wherever they work now: names, and rows that go with them. */
const OF_NAMED = ['agent.created', 'agent.updated', 'agent.deleted', 'agent.adopted', 'member.removed'];

const list = (types: string[]) => sql.raw(`'{${types.join(',')}}'::text[]`);

/** A place in the order of facts: everything in transactions before `tx` was seen. */
export interface SnapshotView {
  tx: string;
}

/** What was read, as far as it tells whether it is still so. */
interface Seen {
  view: SnapshotView;
  names: Record<string, string | null>;
  /** When it was read. */
  readAt: number;
}

const DAY_MS = 86_400_000;

/**
 * Looks for facts in transactions that a view did not have, and at names of people, whose changes leave no fact. One
 * statement, so that the view it returns is the one in which nothing had changed. Facts of a day before are asked for
 * too: clocks of instances may differ.
 */
export async function findChange(
  { db, orgId }: Context,
  boardId: string,
  { view, names, readAt }: Seen,
): Promise<{ view: SnapshotView; hasChanged: boolean }> {
  const { rows } = await sql<{ tx: string; has_changed: boolean }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as tx,
      exists (select from events where org_id = ${orgId} and type = any(${list([...OF_BOARD, ...OF_NAMED])})
        and tx >= ${view.tx}::xid8 and occurred_at > ${new Date(readAt - DAY_MS)}
        and (board_id = ${boardId} or board_id is null or type = any(${list(OF_NAMED)})))
      or exists (select from jsonb_each_text(${JSON.stringify(names)}::jsonb) n left join users u on u.id = n.key::uuid
        where u.name is distinct from n.value) as has_changed`.execute(db);
  const { tx = '0', has_changed: hasChanged = true } = rows[0] ?? {};
  return { view: { tx }, hasChanged };
}

export interface StatusCount {
  board_id: string;
  status: TaskStatus;
  count: number;
}

export async function countTasks({ db, orgId }: Context, boardIds: string[]): Promise<StatusCount[]> {
  const { rows } = await sql<StatusCount>`select board_id, status, count(*)::int as count from tasks
    where org_id = ${orgId} and board_id = any(${boardIds}::uuid[]) group by board_id, status`.execute(db);
  return rows;
}

/** The first tasks of each board: what is worked on, in review, waiting, done; then by priority, the last changed first. */
export async function listFirstTasks(
  { db, orgId }: Context,
  boardIds: string[],
  { perBoard, statuses }: { perBoard: number; statuses: TaskStatus[] },
): Promise<BoardGroupTaskSummary[]> {
  const { rows } = await sql<BoardGroupTaskSummary>`
    select t.id, t.board_id, b.name as board_name, t.title, t.status, t.priority, t.assigned_agent_id, a.name as assignee,
      t.due_at, t.in_progress_at, tagged.refs as tags, t.created_at, t.updated_at
    from boards b
    cross join lateral (
      select *, array_position(array['in_progress', 'review', 'inbox'], status) as stage,
        array_position(array['high', 'medium', 'low'], priority) as urgency
      from tasks where org_id = b.org_id and board_id = b.id and status = any(${statuses}::text[])
      order by stage, urgency, updated_at desc, id desc limit ${perBoard}) t
    left join agents a on a.id = t.assigned_agent_id
    cross join lateral (
      select coalesce(json_agg(json_build_object('id', g.id, 'name', g.name, 'slug', g.slug, 'color', g.color)
        order by lower(g.name), g.created_at, g.id), '[]') as refs
      from tag_assignments x join tags g on g.id = x.tag_id where x.task_id = t.id) tagged
    where b.org_id = ${orgId} and b.id = any(${boardIds}::uuid[])
    order by t.stage, t.urgency, t.updated_at desc, t.id desc`.execute(db);
  return rows;
}
