import type { Context } from '#server/platform/context.ts';
import { openToken } from '../registry/gateway-tokens.ts';
import { findTarget, findTargetByUrl } from '../registry/gateways.store.ts';
import type { Target } from './targets.ts';

/** How a saved gateway is reached, with its token in clear: for a dial, never for an answer. */
export async function findSavedTarget(ctx: Context, gatewayId: string): Promise<Target | undefined> {
  const row = await findTarget(ctx, gatewayId);
  return row && toTarget(ctx, row);
}

/** As {@link findSavedTarget}, of the gateway that is saved under exactly that address. */
export async function findSavedTargetAt(ctx: Context, url: string): Promise<Target | undefined> {
  const row = await findTargetByUrl(ctx, url);
  return row && toTarget(ctx, row);
}

const toTarget = (
  ctx: Context,
  { id, token_enc, ...way }: NonNullable<Awaited<ReturnType<typeof findTarget>>>,
): Target => ({ ...way, gatewayId: id, token: openToken(ctx, id, token_enc) });
