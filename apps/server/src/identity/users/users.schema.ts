import { z } from 'zod';

const Text200 = z.string().trim().max(200).nullable();
const Notes = z.string().max(10_000).nullable();

export const UserRead = z
  .object({
    id: z.uuid(),
    clerk_user_id: z.string().describe('The subject at the identity provider; `local-auth-user` in local mode.'),
    email: z.string().nullable(),
    name: z.string().nullable(),
    preferred_name: z.string().nullable(),
    pronouns: z.string().nullable(),
    timezone: z.string().nullable(),
    notes: z.string().nullable(),
    context: z.string().nullable(),
    is_super_admin: z.boolean(),
  })
  .meta({ id: 'UserRead' });
export type UserRead = z.infer<typeof UserRead>;

const isTimeZone = (zone: string) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false; // RangeError is how Intl says that it does not know the zone
  }
};

/** Only sent fields are set; null clears. */
export const UserUpdate = z
  .object({
    name: Text200,
    preferred_name: Text200,
    pronouns: Text200,
    timezone: z.string().max(200).refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin').nullable(),
    notes: Notes,
    context: Notes,
  })
  .partial()
  .meta({ id: 'UserUpdate' });
export type UserUpdate = z.infer<typeof UserUpdate>;
