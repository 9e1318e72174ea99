import type { Context } from '#server/platform/context.ts';
import type { Asked } from './asked.rules.ts';
import { type Audience, findPersons } from './questions.store.ts';

/** The people behind the names that rules give. */
export async function toAudience(ctx: Context, asked: Asked): Promise<Audience> {
  const { groupIds: departments } = await findPersons(ctx, { roles: [], emails: [], groups: asked.departments });
  const persons = await findPersons(ctx, asked.who);
  const isAnybody = [asked.who.roles, asked.who.emails, asked.who.groups].every(({ length }) => length === 0);
  return {
    eligible_group_ids: departments,
    // A department that is not there has nobody who could speak for it: its place stays empty.
    required_approvals: asked.departments.length + asked.places,
    asked_roles: asked.places > 0 && isAnybody ? ['board'] : persons.roles,
    asked_user_ids: persons.userIds,
    asked_group_ids: persons.groupIds,
    asked_places: asked.places,
    exclude_owner: asked.excludeOwner,
    escalate_to: JSON.stringify(await Promise.all(asked.escalateTo.map((who) => findPersons(ctx, who)))),
  };
}
