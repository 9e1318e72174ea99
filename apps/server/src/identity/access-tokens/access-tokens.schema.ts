import { z } from 'zod';
import { Instant } from '#server/platform/http/fields.schema.ts';
import { cursorPage } from '#server/platform/http/page.schema.ts';

const TokenScope = z.enum(['read', 'write', 'admin']);

export const AccessTokenRead = z
  .object({
    id: z.uuid(),
    name: z.string(),
    scopes: z.array(TokenScope),
    prefix: z.string().describe('The first characters of the token, to recognise it by.'),
    token: z.string().nullable().describe('The token itself, in the answer that made it only.'),
    expires_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'AccessTokenRead' });
export type AccessTokenRead = z.infer<typeof AccessTokenRead>;

export const AccessTokenPage = cursorPage(AccessTokenRead);

export const AccessTokenCreate = z
  .object({
    name: z.string().trim().min(1).max(200),
    scopes: z
      .array(TokenScope)
      .min(1)
      .max(3)
      .default(['write'])
      .describe('read: reads only; write: what a member may; admin: all that you may.'),
    expires_at: Instant.nullable().default(null),
  })
  .meta({ id: 'AccessTokenCreate' });
export type AccessTokenCreate = z.infer<typeof AccessTokenCreate>;
