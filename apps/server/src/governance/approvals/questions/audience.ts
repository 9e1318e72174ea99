import type { Context } from '#server/platform/context.ts';
import type { Asked } from './asked.rules.ts';
import { findPersons } from './questions.store.ts';

/** Whom an approval is for, as its row says it. */
export interface Audience {
  required_approvals: number;
  eligible_group_ids: string[];
  asked_roles: string[];
  asked_user_ids: string[];
  asked_group_ids: string[];
  asked_places: number;
  exclude_owner: boolean;
  /** JSON. */
  escalate_to: string;
}

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
