import { sql } from 'kysely';
import { mayReadBoard } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { CommentFeedQuery } from './feed.schema.ts';

const comments = ({ db, orgId }: Context) =>
  db
    .selectFrom('task_comments as c')
    .innerJoin('tasks as t', 't.id', 'c.task_id')
    .innerJoin('boards as b', 'b.id', 'c.board_id')
    .leftJoin('agents as a', 'a.id', 'c.agent_id')
    .leftJoin('users as u', 'u.id', 'c.user_id')
    .select(['c.id', 'c.created_at', 'c.edited_at', 'c.message', 'c.agent_id', 'c.user_id', 'c.task_id', 'c.board_id'])
    .select(['t.title as task_title', 'b.name as board_name', 'a.name as agent_name'])
    .select(sql<string | null>`a.identity_profile->>'role'`.as('agent_role'))
    .select(sql<string | null>`coalesce(nullif(u.preferred_name, ''), nullif(u.name, ''))`.as('user_name'))
    .where('c.org_id', '=', orgId);

/** A page of the comments on boards that the caller may read, newest first, and how many there are. */
export async function listFeed(ctx: Context, { board_id, limit, offset }: CommentFeedQuery) {
  const isTheirs = sql<boolean>`${board_id === undefined ? sql`true` : sql`c.board_id = ${board_id}`}
    and ${mayReadBoard(ctx, sql.ref('c.board_id'))}`;
  const [items, { total }] = await Promise.all([
    comments(ctx)
      .where(isTheirs)
      .orderBy('c.created_at', 'desc')
      .orderBy('c.id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute(),
    ctx.db
      .selectFrom('task_comments as c')
      .select(sql<number>`count(*)::int`.as('total'))
      .where('c.org_id', '=', ctx.orgId)
      .where(isTheirs)
      .executeTakeFirstOrThrow(),
  ]);
  return { items, total, limit, offset };
}
