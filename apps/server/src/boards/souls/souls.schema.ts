import { z } from 'zod';

/** A soul of the directory: a text that gives an agent its character. */
export const SoulsDirectorySoulRef = z
  .object({ handle: z.string(), slug: z.string(), page_url: z.string(), raw_md_url: z.string() })
  .meta({ id: 'SoulsDirectorySoulRef' });
export type SoulsDirectorySoulRef = z.infer<typeof SoulsDirectorySoulRef>;

export const SoulsDirectorySearchResponse = z
  .object({ items: z.array(SoulsDirectorySoulRef) })
  .meta({ id: 'SoulsDirectorySearchResponse' });

export const SoulsDirectoryMarkdownResponse = z
  .object({ handle: z.string(), slug: z.string(), content: z.string() })
  .meta({ id: 'SoulsDirectoryMarkdownResponse' });
export type SoulsDirectoryMarkdownResponse = z.infer<typeof SoulsDirectoryMarkdownResponse>;

export const SoulsQuery = z.object({
  q: z.string().max(500).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export const SOUL_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/;

export const SoulParams = z.object({ handle: z.string().regex(SOUL_NAME), slug: z.string().regex(SOUL_NAME) });
export type SoulParams = z.infer<typeof SoulParams>;
