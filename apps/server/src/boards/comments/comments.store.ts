import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { notFound, onConstraint } from '#server/platform/problem.ts';
import { isTask, type TaskKey } from '../tasks/tasks.store.ts';
import type { TaskCommentRead } from './comments.schema.ts';
import type { ActivityTaskCommentFeedItemRead } from './feed/feed.schema.ts';

const COMMENT = sql.raw(`c.id, c.task_id, c.message, c.agent_id, c.user_id, c.created_at, c.edited_at,
  coalesce(nullif(u.preferred_name, ''), nullif(u.name, '')) as user_name`);

/** What {@link ActivityTaskCommentFeedItemRead} shows of comment `c`. */
const ITEM = sql`select ${COMMENT}, a.name as agent_name, a.identity_profile ->> 'role' as agent_role,
    t.title as task_title, c.board_id, b.name as board_name`;
const ITEM_JOINS = sql`join tasks t on t.id = c.task_id join boards b on b.id = c.board_id
    left join users u on u.id = c.user_id left join agents a on a.id = c.agent_id`;

interface Slice {
  limit: number;
  offset: number;
}

/** Comments of a task, oldest first, with their exact number. */
export async function listComments({ db, orgId }: Context, { boardId, taskId }: TaskKey, { limit, offset }: Slice) {
  const where = sql`c.org_id = ${orgId} and c.board_id = ${boardId} and c.task_id = ${taskId}`;
  const [page, count] = await Promise.all([
    sql<TaskCommentRead>`select ${COMMENT} from task_comments c left join users u on u.id = c.user_id where ${where}
      order by c.created_at, c.id limit ${limit} offset ${offset}`.execute(db),
    sql<{ total: number }>`select count(*)::int as total from task_comments c where ${where}`.execute(db),
  ]);
  return { items: page.rows, total: count.rows[0]?.total ?? 0, limit, offset };
}

/** A task, as far as commenting on it goes. */
export interface CommentedTask {
  id: string;
  title: string;
  description: string | null;
  status: string;
  priority: string;
  assigned_agent_id: string | null;
  created_by_agent_id: string | null;
}

export const findCommentedTask = (ctx: Context, key: TaskKey): Promise<CommentedTask | undefined> =>
  ctx.db
    .selectFrom('tasks')
    .select(['id', 'title', 'description', 'status', 'priority', 'assigned_agent_id', 'created_by_agent_id'])
    .where(isTask(ctx, key))
    .executeTakeFirst();

export interface NewComment extends TaskKey {
  id: string;
  message: string;
}

/** Throws `task.not_found` when the task has gone. */
export async function insertComment(
  { db, orgId, actor, now }: TxContext,
  { id, boardId, taskId, message }: NewComment,
): Promise<ActivityTaskCommentFeedItemRead> {
  const author = { user: actor.kind === 'user' ? actor.id : null, agent: actor.kind === 'agent' ? actor.id : null };
  const statement = sql<ActivityTaskCommentFeedItemRead>`
    with c as (insert into task_comments (id, org_id, board_id, task_id, message, user_id, agent_id, created_at)
      values (${id}, ${orgId}, ${boardId}, ${taskId}, ${message}, ${author.user}, ${author.agent}, ${now()}) returning task_comments.*)
    ${ITEM} from c ${ITEM_JOINS}`;
  const { rows } = await onConstraint(statement.execute(db), 'task_comments_board_id_task_id_fkey', () =>
    notFound('task', taskId),
  );
  const [comment] = rows;
  if (!comment) throw notFound('task', taskId);
  return comment;
}

/** A comment by the task that a path names. */
export interface CommentKey extends TaskKey {
  commentId: string;
}

const isComment = ({ orgId }: Context, { boardId, taskId, commentId }: CommentKey) =>
  sql`c.org_id = ${orgId} and c.board_id = ${boardId} and c.task_id = ${taskId} and c.id = ${commentId}`;

export async function lockComment(
  tx: TxContext,
  key: CommentKey,
): Promise<ActivityTaskCommentFeedItemRead | undefined> {
  const { rows } = await sql<ActivityTaskCommentFeedItemRead>`${ITEM} from task_comments c ${ITEM_JOINS}
    where ${isComment(tx, key)} for update of c`.execute(tx.db);
  return rows[0];
}

/** Writes a text, in the history too. */
export async function saveComment(tx: TxContext, key: CommentKey, message: string): Promise<void> {
  await sql`
    with line as (update activity_events set message = ${message} where org_id = ${tx.orgId} and id = ${key.commentId})
    update task_comments c set message = ${message}, edited_at = ${tx.now()} where ${isComment(tx, key)}`.execute(
    tx.db,
  );
}

/** Removes a comment, and its text from the history. */
export async function removeComment(tx: TxContext, key: CommentKey): Promise<void> {
  await sql`
    with line as (update activity_events set message = null where org_id = ${tx.orgId} and id = ${key.commentId})
    delete from task_comments c where ${isComment(tx, key)}`.execute(tx.db);
}

/** Whether one of these agents commented on the task since. */
export async function hasCommentOf(
  { db, orgId }: Context,
  taskId: string,
  agentIds: (string | null)[],
  since: string,
): Promise<boolean> {
  const { rows } = await sql`select 1 from task_comments where org_id = ${orgId} and task_id = ${taskId}
    and agent_id = any(${agentIds.filter((id) => id !== null)}::uuid[]) and created_at >= ${since} limit 1`.execute(db);
  return rows.length > 0;
}

/** The newest text that an agent wrote on a task. */
export async function findLatestComment({ db, orgId }: Context, taskId: string, agentId: string) {
  const { rows } = await sql<{ message: string }>`select message from task_comments where org_id = ${orgId}
    and task_id = ${taskId} and agent_id = ${agentId} order by created_at desc, id desc limit 1`.execute(db);
  return rows[0]?.message ?? null;
}

/** Texts on a task that may mention somebody. */
export async function listMentioningTexts({ db, orgId }: Context, taskId: string): Promise<string[]> {
  const { rows } = await sql<{ message: string }>`select message from task_comments where org_id = ${orgId}
    and task_id = ${taskId} and message like '%@%'`.execute(db);
  return rows.map(({ message }) => message);
}
