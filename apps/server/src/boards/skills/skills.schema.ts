import { z } from 'zod';

const HttpUrl = z
  .string()
  .trim()
  .max(2000)
  .regex(/^https?:\/\//i, 'An address that begins with https:// or http://.')
  .refine((url) => URL.canParse(url), 'is no address');

const skill = {
  id: z.uuid(),
  organization_id: z.uuid(),
  name: z.string(),
  description: z.string().nullable(),
  category: z.string().nullable(),
  risk: z.string().nullable(),
  source: z.string().nullable(),
  source_url: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  pack_id: z.uuid().nullable(),
  stale: z.boolean().describe('Whether its pack has it no more.'),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
};

export const MarketplaceSkillRead = z.object(skill).meta({ id: 'MarketplaceSkillRead' });
export type MarketplaceSkillRead = z.infer<typeof MarketplaceSkillRead>;

/** A skill, and whether one gateway has it. */
export const MarketplaceSkillCardRead = z
  .object({
    ...skill,
    installed: z.boolean(),
    installed_at: z.iso.datetime().nullable(),
    gateway_ids: z.array(z.uuid()).describe('Every gateway that has it.'),
  })
  .meta({ id: 'MarketplaceSkillCardRead' });
export type MarketplaceSkillCardRead = z.infer<typeof MarketplaceSkillCardRead>;

/** What the marketplace can be narrowed to. */
export const SkillFacets = z
  .object({ categories: z.array(z.string()), risks: z.array(z.string()) })
  .meta({ id: 'SkillFacets' });
export type SkillFacets = z.infer<typeof SkillFacets>;

export const MarketplaceSkillCreate = z
  .object({
    source_url: HttpUrl,
    name: z.string().trim().min(1).max(200).nullable().default(null).describe('The end of the address when left out.'),
    description: z.string().max(20_000).nullable().default(null),
  })
  .meta({ id: 'MarketplaceSkillCreate' });
export type MarketplaceSkillCreate = z.infer<typeof MarketplaceSkillCreate>;

export const MarketplaceQuery = z.object({
  gateway_id: z.uuid(),
  search: z.string().max(500).optional(),
  category: z.string().max(200).optional(),
  risk: z.string().max(200).optional().describe('`uncategorized` for skills without one.'),
  pack_id: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).optional().describe('At most 1,000 when left out.'),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});
export type MarketplaceQuery = z.infer<typeof MarketplaceQuery>;

export const GatewayQuery = z.object({ gateway_id: z.uuid() });

export const MarketplaceSkillActionResponse = z
  .object({
    ok: z.boolean(),
    skill_id: z.uuid(),
    gateway_id: z.uuid(),
    installed: z.boolean(),
    state: z.literal('sent').describe('The gateway took the message; what the agent does with it shows in its runs.'),
  })
  .meta({ id: 'MarketplaceSkillActionResponse' });
export type MarketplaceSkillActionResponse = z.infer<typeof MarketplaceSkillActionResponse>;
