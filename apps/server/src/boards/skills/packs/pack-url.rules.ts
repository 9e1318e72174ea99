import { Problem } from '#server/platform/problem.ts';

/** Where a pack's repository is on GitHub. */
export interface Repository {
  owner: string;
  repo: string;
}

const NAME = /^[A-Za-z0-9._-]{1,100}$/;

const invalid = () =>
  new Problem(
    'skill_pack.url_invalid',
    400,
    'A skill pack is a repository on GitHub: https://github.com/owner/repository.',
  );

/**
 * The one spelling of a pack's address: without spaces around it, trailing slashes and `.git`. Throws
 * `skill_pack.url_invalid` unless it is https, on github.com itself, and names at least owner and repository.
 */
export function normalizePackUrl(text: string): string {
  const trimmed = text
    .trim()
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/\/+$/, '');
  if (!URL.canParse(trimmed)) throw invalid();
  const { protocol, host, pathname, search, hash, username, password } = new URL(trimmed);
  const isPlain = [search, hash, username, password].every((part) => part === '');
  const segments = pathname.slice(1).split('/');
  const isNamed = segments.length >= 2 && segments.every((segment) => NAME.test(segment));
  if (protocol !== 'https:' || host !== 'github.com' || !isPlain || !isNamed) throw invalid();
  return `https://github.com${pathname}`;
}

/** Throws `skill_pack.url_invalid`. */
export function toRepository(sourceUrl: string): Repository {
  const [owner = '', repo = ''] = new URL(normalizePackUrl(sourceUrl)).pathname.slice(1).split('/');
  return { owner, repo };
}
