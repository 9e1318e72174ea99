import type { Context } from '#server/platform/context.ts';

export interface DeviceRow {
  id: string;
  device_id: string;
  public_key: string;
  private_key_enc: Buffer;
}

export const findDevice = ({ db, orgId }: Context): Promise<DeviceRow | undefined> =>
  db
    .selectFrom('gateway_devices')
    .select(['id', 'device_id', 'public_key', 'private_key_enc'])
    .where('org_id', '=', orgId)
    .executeTakeFirst();

/** Keeps an identity, unless the organization has one already. */
export async function insertDevice({ db, orgId, now }: Context, device: DeviceRow): Promise<void> {
  await db
    .insertInto('gateway_devices')
    .values({ ...device, org_id: orgId, created_at: now() })
    .onConflict((conflict) => conflict.column('org_id').doNothing())
    .execute();
}

export const findDeviceToken = ({ db, orgId }: Context, gatewayId: string) =>
  db
    .selectFrom('gateway_device_tokens')
    .select(['id', 'token_enc'])
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .executeTakeFirst();

/** Keeps what a gateway gave our device, in place of what it gave before. */
export async function saveDeviceToken(
  ctx: Context,
  token: { id: string; gateway_id: string; token_enc: Buffer; scopes: string[] },
): Promise<void> {
  const { db, orgId, now } = ctx;
  await removeDeviceToken(ctx, token.gateway_id);
  await db
    .insertInto('gateway_device_tokens')
    .values({ ...token, org_id: orgId, issued_at: now() })
    .onConflict((conflict) => conflict.column('gateway_id').doNothing())
    .execute();
}

export async function removeDeviceToken({ db, orgId }: Context, gatewayId: string): Promise<void> {
  await db
    .deleteFrom('gateway_device_tokens')
    .where('org_id', '=', orgId)
    .where('gateway_id', '=', gatewayId)
    .execute();
}
