import { z } from 'zod';

export const OrganizationBoardAccessSpec = z
  .object({
    board_id: z.uuid().toLowerCase(),
    can_read: z.boolean().default(true),
    can_write: z.boolean().default(false),
  })
  .meta({ id: 'OrganizationBoardAccessSpec' });
export type OrganizationBoardAccessSpec = z.infer<typeof OrganizationBoardAccessSpec>;

export const OrganizationBoardAccessRead = z
  .object({
    id: z.uuid(),
    board_id: z.uuid(),
    can_read: z.boolean(),
    can_write: z.boolean(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'OrganizationBoardAccessRead' });
export type OrganizationBoardAccessRead = z.infer<typeof OrganizationBoardAccessRead>;

/** What a member may do on boards: everything by a flag, else what stands per board. */
export const AccessUpdate = z.object({
  all_boards_read: z.boolean().default(false),
  all_boards_write: z.boolean().default(false),
  board_access: z.array(OrganizationBoardAccessSpec).max(1000).default([]),
});
export type AccessUpdate = z.infer<typeof AccessUpdate>;
