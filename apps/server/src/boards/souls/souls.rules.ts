import { SOUL_NAME, type SoulsDirectorySoulRef } from './souls.schema.ts';

/** The public collection of souls. */
export const SOULS_DIRECTORY = 'https://souls.directory';

export const toSoulRef = (handle: string, slug: string): SoulsDirectorySoulRef => ({
  handle,
  slug,
  page_url: `${SOULS_DIRECTORY}/souls/${handle}/${slug}`,
  raw_md_url: `${SOULS_DIRECTORY}/api/souls/${handle}/${slug}.md`,
});

/** The souls that the directory's site map names, in its order, each once. */
export function parseSiteMap(xml: string): SoulsDirectorySoulRef[] {
  const souls = new Map<string, SoulsDirectorySoulRef>();
  for (const [, address = ''] of xml.matchAll(/<(?:\w+:)?loc>\s*([^<\s]+)\s*<\/(?:\w+:)?loc>/gi)) {
    const path = address.startsWith(`${SOULS_DIRECTORY}/souls/`) ? address.slice(SOULS_DIRECTORY.length) : '';
    const [, , handle = '', slug = '', ...rest] = path.split('/');
    if (rest.length === 0 && SOUL_NAME.test(handle) && SOUL_NAME.test(slug))
      souls.set(`${handle}/${slug}`, toSoulRef(handle, slug));
  }
  return [...souls.values()];
}

/** Souls whose `handle/slug` holds the text, in any case; the first ones when it is empty. */
export function searchSouls(souls: SoulsDirectorySoulRef[], q: string, limit: number): SoulsDirectorySoulRef[] {
  const wanted = q.trim().toLowerCase();
  return souls.filter(({ handle, slug }) => `${handle}/${slug}`.toLowerCase().includes(wanted)).slice(0, limit);
}
