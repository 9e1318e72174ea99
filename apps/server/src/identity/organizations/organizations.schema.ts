import { z } from 'zod';

export const OrganizationRead = z
  .object({ id: z.uuid(), name: z.string(), created_at: z.iso.datetime(), updated_at: z.iso.datetime() })
  .meta({ id: 'OrganizationRead' });
export type OrganizationRead = z.infer<typeof OrganizationRead>;

export const OrganizationListItem = z
  .object({ id: z.uuid(), name: z.string(), role: z.string(), is_active: z.boolean() })
  .meta({ id: 'OrganizationListItem' });
export type OrganizationListItem = z.infer<typeof OrganizationListItem>;

export const OrganizationCreate = z
  .object({ name: z.string().trim().min(1).max(200) })
  .meta({ id: 'OrganizationCreate' });
export type OrganizationCreate = z.infer<typeof OrganizationCreate>;

export const OrganizationActiveUpdate = z
  .object({ organization_id: z.uuid() })
  .meta({ id: 'OrganizationActiveUpdate' });
