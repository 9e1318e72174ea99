import { z } from 'zod';
import { offsetPage } from '#server/platform/http/page.schema.ts';
import { AccessUpdate, OrganizationBoardAccessRead } from '../board-access/board-access.schema.ts';

export const RoleName = z.enum(['owner', 'admin', 'member']);

/** As people send a role: case and spaces do not count. */
export const RoleInput = z.string().trim().toLowerCase().pipe(RoleName);

export const OrganizationUserRead = z
  .object({
    id: z.uuid(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    preferred_name: z.string().nullable(),
  })
  .meta({ id: 'OrganizationUserRead' });
export type OrganizationUserRead = z.infer<typeof OrganizationUserRead>;

export const OrganizationMemberRead = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    user_id: z.uuid(),
    role: RoleName,
    all_boards_read: z.boolean(),
    all_boards_write: z.boolean(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    version: z.int(),
    user: OrganizationUserRead.nullable(),
    board_access: z.array(OrganizationBoardAccessRead).describe('Per board; empty in lists and in answers of changes.'),
  })
  .meta({ id: 'OrganizationMemberRead' });
export type OrganizationMemberRead = z.infer<typeof OrganizationMemberRead>;

export const MemberPage = offsetPage(OrganizationMemberRead).meta({ id: 'Page_OrganizationMemberRead' });

export const OrganizationMemberUpdate = z
  .object({ role: RoleInput.nullable().default(null).describe('owner, admin or member; null leaves it.') })
  .meta({ id: 'OrganizationMemberUpdate' });
export type OrganizationMemberUpdate = z.infer<typeof OrganizationMemberUpdate>;

export const OrganizationMemberAccessUpdate = AccessUpdate.meta({ id: 'OrganizationMemberAccessUpdate' });
