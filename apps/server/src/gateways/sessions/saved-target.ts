import type { Context } from '#server/platform/context.ts';
import { tokenPlaceOf } from '../registry/gateways.service.ts';
import { findTargetByUrl } from '../registry/gateways.store.ts';
import type { StatusTarget } from './sessions.rules.ts';

/** The gateway of the organization that is saved under that URL, with its token in clear: for a dial, never for an answer. */
export async function findSavedTarget(ctx: Context, url: string): Promise<StatusTarget | undefined> {
  const row = await findTargetByUrl(ctx, url);
  if (!row) return undefined;
  const { id, token_enc, ...target } = row;
  return { ...target, token: token_enc && ctx.secrets.decrypt(token_enc, tokenPlaceOf(id)) };
}
