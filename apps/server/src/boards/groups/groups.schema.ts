import { z } from 'zod';
import { offsetPage } from '#server/platform/http/page.schema.ts';

const Name = z.string().trim().min(1).max(200);
const Description = z.string().max(100_000).nullable();

export const BoardGroupCreate = z
  .object({
    name: Name,
    slug: z.string().max(200).describe('Blank: made from the name.'),
    description: Description.default(null),
  })
  .meta({ id: 'BoardGroupCreate' });
export type BoardGroupCreate = z.infer<typeof BoardGroupCreate>;

export const BoardGroupUpdate = z
  .object({ name: Name, slug: z.string().trim().min(1).max(200), description: Description })
  .partial()
  .extend({ version: z.int().optional() })
  .meta({ id: 'BoardGroupUpdate' });
export type BoardGroupUpdate = z.infer<typeof BoardGroupUpdate>;

export const BoardGroupRead = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    name: z.string(),
    slug: z.string(),
    description: z.string().nullable(),
    version: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'BoardGroupRead' });
export type BoardGroupRead = z.infer<typeof BoardGroupRead>;

export const BoardGroupPage = offsetPage(BoardGroupRead).meta({ id: 'Page_BoardGroupRead' });
