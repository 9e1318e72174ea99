import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { assertVersion, notFound, Problem } from '#server/platform/problem.ts';
import { parseGatewayUrl } from './gateway-urls.ts';
import { gatewayDeleted, gatewayUpdated } from './gateways.events.ts';
import type { GatewayRead, GatewayUpdate } from './gateways.schema.ts';
import {
  findGateway,
  type GatewayPatch,
  type GatewayRow,
  listBoardIds,
  lockGateway,
  removeGateway,
  saveGateway,
} from './gateways.store.ts';

/** The place that a gateway's token is bound to. */
export const tokenPlaceOf = (gatewayId: string): string => `gateways.token_enc:${gatewayId}`;

/** Throws `gateway.not_found`. */
export async function getGateway(ctx: Context, id: string): Promise<GatewayRead> {
  const gateway = await findGateway(ctx, id);
  if (!gateway) throw notFound('gateway', id);
  return gateway;
}

/** What was learned of a gateway by connecting; it no longer counts when the way to it is another. */
const UNKNOWN = { status: 'unknown', server_version: null, protocol: null, last_error: null } as const;
const WAY = ['url', 'token', 'allow_insecure_tls', 'disable_device_pairing'];

/**
 * Changes a gateway; one whose way in changes is to be checked anew. Throws `gateway.not_found`,
 * `gateway.url_forbidden`, `gateway.name_taken`, `resource.version_conflict`.
 */
export function updateGateway(
  ctx: Context,
  id: string,
  update: GatewayUpdate,
  version: number | undefined,
): Promise<GatewayRead> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockGateway(tx, id);
    if (!row) throw notFound('gateway', id);
    assertVersion(row.version, version);
    const { patch, changed } = toPatch(tx, row, update);
    if (changed.length === 0) return getGateway(tx, id);
    await saveGateway(tx, id, { ...patch, ...(changed.some((field) => WAY.includes(field)) ? UNKNOWN : {}) });
    const gateway = await getGateway(tx, id);
    await publish(tx, gatewayUpdated, { subjectId: id, data: { gateway, changed, previous_name: row.name } });
    return gateway;
  });
}

/** What of an update differs from the row, and the names of those fields. */
function toPatch(tx: TxContext, row: GatewayRow, update: GatewayUpdate): { patch: GatewayPatch; changed: string[] } {
  const { token: sentToken, url: sentUrl, version: _, ...plain } = update;
  const parsed = sentUrl === undefined ? undefined : parseGatewayUrl(sentUrl, tx.config.gateways);
  const token = sentToken ?? parsed?.token ?? undefined;
  const wanted = { ...plain, ...(parsed ? { url: parsed.url } : {}) };
  const entries = Object.entries(wanted).filter(
    ([field, value]) => value !== undefined && value !== Reflect.get(row, field),
  );
  const token_enc = token === undefined ? row.token_enc : sealToken(tx, row, token.trim());
  return {
    patch: { ...Object.fromEntries(entries), ...(token_enc === row.token_enc ? {} : { token_enc }) },
    changed: [...entries.map(([field]) => field), ...(token_enc === row.token_enc ? [] : ['token'])],
  };
}

/** The stored form of a token; the stored value itself when it is the same token. */
function sealToken({ secrets }: TxContext, { id, token_enc }: GatewayRow, token: string): Buffer | null {
  const place = tokenPlaceOf(id);
  if (token === '') return null;
  const isSame = token_enc !== null && secrets.decrypt(token_enc, place) === token;
  return isSame ? token_enc : secrets.encrypt(token, place);
}

/**
 * Deletes a gateway that no board uses; what stands on it is cleaned up later. Throws `gateway.not_found`,
 * `gateway.has_boards`, `resource.version_conflict`.
 */
export function deleteGateway(ctx: Context, id: string, version: number | undefined): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockGateway(tx, id);
    if (!row) throw notFound('gateway', id);
    assertVersion(row.version, version);
    const board_ids = await listBoardIds(tx, id);
    const message = 'Boards use this gateway; give them another one, or delete them, first.';
    if (board_ids.length > 0) throw new Problem('gateway.has_boards', 409, message, { body: { message, board_ids } });
    await publish(tx, gatewayDeleted, { subjectId: id, data: { name: row.name } });
    await removeGateway(tx, id);
  });
}
