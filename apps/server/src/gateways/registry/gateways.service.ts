import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { releaseWork } from '#server/platform/jobs/work/enqueue.ts';
import { assertVersion, notFound, Problem } from '#server/platform/problem.ts';
import { assertWay } from '../checks/checks.service.ts';
import { getPool } from '../connections/pool.ts';
import { keepDeviceToken } from '../devices/devices.service.ts';
import { openToken, tokenPlaceOf } from './gateway-tokens.ts';
import { parseGatewayUrl } from './gateway-urls.ts';
import { gatewayCreated, gatewayDeleted, gatewayUpdated } from './gateways.events.ts';
import type { GatewayCreate, GatewayRead, GatewayUpdate } from './gateways.schema.ts';
import {
  findGateway,
  findGatewayRow,
  type GatewayPatch,
  type GatewayRow,
  insertGateway,
  listBoardIds,
  lockGateway,
  removeGateway,
  saveConnecting,
  saveGateway,
} from './gateways.store.ts';

/** Throws `gateway.not_found`. */
export async function getGateway(ctx: Context, id: string): Promise<GatewayRead> {
  const gateway = await findGateway(ctx, id);
  if (!gateway) throw notFound('gateway', id);
  return gateway;
}

/** What was learned of a gateway by connecting; it no longer counts when the way to it is another. */
const ANEW = { status: 'connecting', server_version: null, protocol: null, last_error: null } as const;
const WAY = ['url', 'token', 'allow_insecure_tls', 'disable_device_pairing'];

/**
 * Adds a gateway that was reached: nothing is stored of one that was not. Throws {@link ConnectFailure} with its
 * diagnosis, `gateway.url_forbidden`, `gateway.name_taken`.
 */
export async function createGateway(ctx: Context, wanted: GatewayCreate): Promise<GatewayRead> {
  const { provision_main, token: sentToken, url: sentUrl, ...fields } = wanted;
  const { url, token: movedToken } = parseGatewayUrl(sentUrl, ctx.config.gateways);
  const token = sentToken?.trim() || movedToken;
  const learned = await assertWay(ctx, { ...fields, url, token, gatewayId: null }, { provisions: provision_main });
  const id = newId(ctx.now());
  const gateway = await inTransaction(ctx, async (tx) => {
    const token_enc = token === null ? null : tx.secrets.encrypt(token, tokenPlaceOf(id));
    const { version: server_version, protocol } = learned;
    await insertGateway(tx, { ...fields, id, url, token_enc, status: 'connecting', server_version, protocol });
    if (learned.deviceToken !== null)
      await keepDeviceToken(tx, id, { token: learned.deviceToken, scopes: learned.scopes });
    const created = await getGateway(tx, id);
    await publish(tx, gatewayCreated, { subjectId: id, data: { gateway: created, provision_main } });
    return created;
  });
  getPool(ctx).look();
  return gateway;
}

/**
 * Changes a gateway; one whose way in changes is checked before, and connected to anew. Throws `gateway.not_found`,
 * {@link ConnectFailure}, `gateway.url_forbidden`, `gateway.name_taken`, `resource.version_conflict`.
 */
export async function updateGateway(
  ctx: Context,
  id: string,
  update: GatewayUpdate,
  version: number | undefined,
): Promise<GatewayRead> {
  await assertNewWay(ctx, id, update);
  const changed = await inTransaction(ctx, async (tx) => {
    const row = await lockGateway(tx, id);
    if (!row) throw notFound('gateway', id);
    assertVersion(row.version, version);
    const { patch, changed } = toPatch(tx, row, update);
    if (changed.length === 0) return getGateway(tx, id);
    await saveGateway(tx, id, { ...patch, ...(changed.some((field) => WAY.includes(field)) ? ANEW : {}) });
    const gateway = await getGateway(tx, id);
    await publish(tx, gatewayUpdated, { subjectId: id, data: { gateway, changed, previous_name: row.name } });
    return gateway;
  });
  getPool(ctx).look();
  return changed;
}

/** Checks the way that an update leads to, when it is another. */
async function assertNewWay(ctx: Context, id: string, update: GatewayUpdate): Promise<void> {
  const row = await findGatewayRow(ctx, id);
  if (!row) throw notFound('gateway', id);
  const { patch, changed } = toPatch(ctx, row, update);
  if (!changed.some((field) => WAY.includes(field))) return;
  const { url, token_enc, allow_insecure_tls, disable_device_pairing } = { ...row, ...patch };
  const way = { url, token: openToken(ctx, id, token_enc), allow_insecure_tls, disable_device_pairing };
  await assertWay(ctx, { ...way, gatewayId: url === row.url ? id : null }, { provisions: false });
}

/** Connects to a gateway now, unless it is connected. */
export async function reconnectGateway(ctx: Context, id: string): Promise<void> {
  await saveConnecting(ctx, id);
  getPool(ctx).look();
}

/** What of an update differs from the row, and the names of those fields. */
function toPatch(ctx: Context, row: GatewayRow, update: GatewayUpdate): { patch: GatewayPatch; changed: string[] } {
  const { token: sentToken, url: sentUrl, version: _, ...plain } = update;
  const parsed = sentUrl === undefined ? undefined : parseGatewayUrl(sentUrl, ctx.config.gateways);
  const token = sentToken ?? parsed?.token ?? undefined;
  const wanted = { ...plain, ...(parsed ? { url: parsed.url } : {}) };
  const entries = Object.entries(wanted).filter(
    ([field, value]) => value !== undefined && value !== Reflect.get(row, field),
  );
  const token_enc = token === undefined ? row.token_enc : sealToken(ctx, row, token.trim());
  return {
    patch: { ...Object.fromEntries(entries), ...(token_enc === row.token_enc ? {} : { token_enc }) },
    changed: [...entries.map(([field]) => field), ...(token_enc === row.token_enc ? [] : ['token'])],
  };
}

/** The stored form of a token; the stored value itself when it is the same token. */
function sealToken({ secrets }: Context, { id, token_enc }: GatewayRow, token: string): Buffer | null {
  const place = tokenPlaceOf(id);
  if (token === '') return null;
  const isSame = token_enc !== null && secrets.decrypt(token_enc, place) === token;
  return isSame ? token_enc : secrets.encrypt(token, place);
}

/**
 * Deletes a gateway that no board uses; what stands on it is cleaned up later. Throws `gateway.not_found`,
 * `gateway.has_boards`, `resource.version_conflict`.
 */
export async function deleteGateway(ctx: Context, id: string, version: number | undefined): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const row = await lockGateway(tx, id);
    if (!row) throw notFound('gateway', id);
    assertVersion(row.version, version);
    const board_ids = await listBoardIds(tx, id);
    const message = 'Boards use this gateway; give them another one, or delete them, first.';
    if (board_ids.length > 0) throw new Problem('gateway.has_boards', 409, message, { body: { message, board_ids } });
    await publish(tx, gatewayDeleted, { subjectId: id, data: { name: row.name } });
    // What waits for it would wait for ever.
    await releaseWork(tx, `gateway:${id}`);
    await removeGateway(tx, id);
  });
  getPool(ctx).look();
}
