import type { Platform } from '#server/platform/context.ts';
import { hashToken } from '#server/platform/ids.ts';
import { type AccessTokenOwner, findAccessTokenOwner, saveAccessTokenUsed } from './access-tokens.store.ts';

const TOUCH_MS = 60_000;

/** The person and rights behind a live personal access token (`mcp_…`); its use is written down once a minute. */
export async function findOwnerOfToken({ db, now }: Platform, token: string): Promise<AccessTokenOwner | undefined> {
  const at = now();
  const found = await findAccessTokenOwner(db, hashToken(token), at);
  if (found && (!found.last_used_at || at.getTime() - new Date(found.last_used_at).getTime() >= TOUCH_MS))
    await saveAccessTokenUsed(db, found.id, at);
  return found;
}
