import { z } from 'zod';
import { offsetPage } from '#server/platform/http/page.schema.ts';

const Name = z.string().trim().min(1).max(100);
const Slug = z.string().max(200).nullable().describe('Made from the name when blank.');
const Description = z.string().max(20_000).nullable();
const Color = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^#?[0-9a-f]{6}$/, 'Six hex digits, as 9e9e9e.')
  .transform((color) => color.replace('#', ''));

/** A tag as tasks show it. */
export const TagRef = z
  .object({ id: z.uuid(), name: z.string(), slug: z.string(), color: z.string() })
  .meta({ id: 'TagRef' });
export type TagRef = z.infer<typeof TagRef>;

export const TagRead = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    name: z.string(),
    slug: z.string(),
    color: z.string(),
    description: z.string().nullable(),
    task_count: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'TagRead' });
export type TagRead = z.infer<typeof TagRead>;

export const TagPage = offsetPage(TagRead).meta({ id: 'Page_TagRead' });

export const TagCreate = z
  .object({
    name: Name,
    slug: Slug.default(null),
    color: Color.default('9e9e9e'),
    description: Description.default(null),
  })
  .meta({ id: 'TagCreate' });
export type TagCreate = z.infer<typeof TagCreate>;

export const TagUpdate = z
  .object({ name: Name, slug: Slug, color: Color, description: Description })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'Send at least one field.')
  .meta({ id: 'TagUpdate' });
export type TagUpdate = z.infer<typeof TagUpdate>;
