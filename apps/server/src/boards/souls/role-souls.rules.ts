import { slugify } from '#server/platform/text/slug.rules.ts';
import type { SoulsDirectorySoulRef } from './souls.schema.ts';

const shortestFirst = (one: SoulsDirectorySoulRef, other: SoulsDirectorySoulRef): number =>
  one.slug.length - other.slug.length || (one.slug < other.slug ? -1 : 1);

const wordsOf = (slug: string): Set<string> => new Set(slug.split('-').filter((word) => word.length > 1));

const MIN_COMMON_WORDS = 2;

/**
 * The soul of a role: the one of that name, else one that begins with it, else the shortest that contains it, else one
 * with at least two words in common.
 */
export function matchRole(souls: SoulsDirectorySoulRef[], role: string): SoulsDirectorySoulRef | undefined {
  const wanted = slugify(role);
  if (wanted === '') return undefined;
  const words = wordsOf(wanted);
  const countCommon = (slug: string) => [...wordsOf(slug)].filter((word) => words.has(word)).length;
  const sorted = souls.toSorted(shortestFirst);
  const find = (fits: (slug: string) => boolean) => sorted.find(({ slug }) => fits(slugify(slug)));
  return (
    find((slug) => slug === wanted) ??
    find((slug) => slug.startsWith(`${wanted}-`)) ??
    find((slug) => slug.includes(wanted)) ??
    find((slug) => countCommon(slug) >= MIN_COMMON_WORDS)
  );
}
