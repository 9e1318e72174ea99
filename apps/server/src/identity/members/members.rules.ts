import type { Role } from '#server/platform/context.ts';
import { hasRole } from '../access.rules.ts';
import { mergeAccess } from '../board-access/board-access.rules.ts';
import type { AccessUpdate } from '../board-access/board-access.schema.ts';

/** What an invite offers, or a membership holds. */
export interface Rights extends AccessUpdate {
  role: Role;
}

/** What a member holds after accepting an offer: nothing is ever taken away. */
export const mergeRights = (held: Rights, offered: Rights): Rights => ({
  ...mergeAccess(held, offered),
  role: hasRole(held.role, offered.role) ? held.role : offered.role,
});

/** Whether only an owner may do it: the change gives, takes or touches the role of an owner. */
export const isForOwners = (before: Role, after: Role): boolean => before === 'owner' || after === 'owner';
