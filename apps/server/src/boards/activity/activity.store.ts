import { sql } from 'kysely';
import { hasRole, mayReadBoard } from '#server/identity/index.ts';
import type { Context, Platform } from '#server/platform/context.ts';
import type { ActivityRow } from './activity.rules.ts';
import type { ActivityQuery } from './activity.schema.ts';

/** What the caller sees: of boards they may read, admins also what is about no board; agents what is about them. */
function isTheirs(ctx: Context) {
  const { caller, actor, orgId } = ctx;
  if (caller.kind === 'agent') return sql<boolean>`e.agent_id = ${actor.id}::uuid`;
  const isAdmin = caller.kind === 'user' && hasRole(caller.role, 'admin');
  // Uncorrelated, so that it is looked up once and not for every line.
  return sql<boolean>`(e.board_id in
      (select b.id from boards b where b.org_id = ${orgId} and ${mayReadBoard(ctx, sql.ref('b.id'))})
    or (${isAdmin}::boolean and e.board_id is null))`;
}

function matches(ctx: Context, { board_id, event_type, since, id, actor_kind }: ActivityQuery) {
  const conditions = [
    isTheirs(ctx),
    ...(board_id === undefined ? [] : [sql`e.board_id = ${board_id}::uuid`]),
    ...(event_type === undefined ? [] : [sql`e.event_type = ${event_type}`]),
    ...(since === undefined ? [] : [sql`e.created_at >= ${since}::timestamptz`]),
    ...(id === undefined ? [] : [sql`e.id = ${id}::uuid`]),
    ...(actor_kind === undefined ? [] : [sql`e.actor->>'kind' = ${actor_kind}`]),
  ];
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

/** A page of the history that the caller sees, newest first, and how many lines there are. */
export async function listActivity(
  ctx: Context,
  query: ActivityQuery,
): Promise<{ rows: ActivityRow[]; total: number }> {
  const isWanted = matches(ctx, query);
  const [rows, { total }] = await Promise.all([
    ctx.db
      .selectFrom('activity_events as e')
      .select(['e.id', 'e.event_type', 'e.message', 'e.agent_id', 'e.task_id', 'e.board_id', 'e.created_at'])
      .select(['e.actor', 'e.data'])
      .where('e.org_id', '=', ctx.orgId)
      .where(isWanted)
      .orderBy('e.created_at', 'desc')
      .orderBy('e.id', 'desc')
      .limit(query.limit)
      .offset(query.offset)
      .execute(),
    ctx.db
      .selectFrom('activity_events as e')
      .select(sql<number>`count(*)::int`.as('total'))
      .where('e.org_id', '=', ctx.orgId)
      .where(isWanted)
      .executeTakeFirstOrThrow(),
  ]);
  return { rows: rows as ActivityRow[], total }; // jsonb as `publish` wrote it
}

/** Removes lines older than `before`, some at a time, but those of comments that exist; returns how many went. */
export async function removeOldActivity({ db }: Platform, before: Date, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from activity_events where id in (
      select e.id from activity_events e where e.created_at < ${before}
        and not (e.event_type = 'task.comment' and exists (select from task_comments c where c.id = e.id))
      limit ${limit})
    returning 1`.execute(db);
  return rows.length;
}
