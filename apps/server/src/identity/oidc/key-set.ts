import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey, type LocalJWKSet } from 'jose';

const CACHE_MS = 600_000;
const COOLDOWN_MS = 60_000;

/**
 * Finds the key of a token in the provider's key set, which is kept for ten minutes. A token that names an unknown key
 * makes it be read again, at most once a minute. Throws errors of jose, and what `fetchKeys` throws.
 */
export function createKeySet(fetchKeys: () => Promise<JSONWebKeySet>, now: () => Date): JWTVerifyGetKey {
  let kept: { find: LocalJWKSet; at: number } | undefined;
  let loading: Promise<LocalJWKSet> | undefined;
  let searchedAt = Number.NEGATIVE_INFINITY;

  const load = async (): Promise<LocalJWKSet> => {
    const find = createLocalJWKSet(await fetchKeys());
    kept = { find, at: now().getTime() };
    return find;
  };
  /** However many ask, one request is under way. */
  const reload = (): Promise<LocalJWKSet> => {
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  };

  /** A set that may hold what `stale` does not; undefined when it was looked for less than a minute ago. */
  const renew = (stale: LocalJWKSet, at: number): Promise<LocalJWKSet> | LocalJWKSet | undefined => {
    if (loading) return loading;
    if (kept && kept.find !== stale) return kept.find;
    if (at - searchedAt < COOLDOWN_MS) return undefined;
    searchedAt = at;
    return reload();
  };

  return async (header, token) => {
    const at = now().getTime();
    const find = kept && at - kept.at < CACHE_MS ? kept.find : await reload();
    try {
      return await find(header, token);
    } catch (error) {
      const newer = error instanceof errors.JWKSNoMatchingKey ? await renew(find, at) : undefined;
      if (!newer) throw error;
      return newer(header, token);
    }
  };
}
