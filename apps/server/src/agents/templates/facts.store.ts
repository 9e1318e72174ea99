import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { BoardFacts, UserFacts } from './variables.rules.ts';

export async function findBoardFacts({ db, orgId }: Context, id: string): Promise<BoardFacts | null> {
  const row = await db
    .selectFrom('boards')
    .select(['id', 'name', 'board_type', 'objective', 'success_metrics', 'target_date', 'goal_confirmed'])
    .select(['require_approval_for_done', 'require_review_before_done', 'comment_required_for_review'])
    .select(['block_status_changes_with_pending_approval', 'only_lead_can_change_status', 'max_agents'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** The person whom an agent works for: the one that is named, else the organization's oldest owner. */
export async function findUserFacts({ db, orgId }: Context, userId: string | null): Promise<UserFacts | null> {
  const row = await db
    .selectFrom('organization_members as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select(['u.name', 'u.preferred_name', 'u.email', 'u.pronouns', 'u.timezone', 'u.notes', 'u.context'])
    .where('m.org_id', '=', orgId)
    .where((eb) => eb.or([eb('m.role', '=', 'owner'), ...(userId ? [eb('u.id', '=', userId)] : [])]))
    .orderBy(sql`u.id is not distinct from ${userId}::uuid`, 'desc')
    .orderBy('m.created_at')
    .executeTakeFirst();
  return row ?? null;
}
