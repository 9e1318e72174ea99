import { generateKeyPairSync } from 'node:crypto';
import type { Context } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { type Device, toDeviceId } from '../rpc/device-auth.ts';
import { findDevice, findDeviceToken, insertDevice, saveDeviceToken } from './devices.store.ts';

const keyPlaceOf = (id: string): string => `gateway_devices.private_key_enc:${id}`;
const tokenPlaceOf = (id: string): string => `gateway_device_tokens.token_enc:${id}`;

/** The identity of the organization, made at its first connection: every server instance presents the same. */
export async function getDevice(ctx: Context): Promise<Device> {
  const known = await findDevice(ctx);
  if (!known) await insertDevice(ctx, makeDevice(ctx));
  const row = known ?? (await findDevice(ctx));
  if (!row) throw new Error('the organization was deleted meanwhile');
  const privateKey = ctx.secrets.decrypt(row.private_key_enc, keyPlaceOf(row.id));
  return { id: row.device_id, publicKey: row.public_key, privateKey };
}

function makeDevice({ now, secrets }: Context) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const id = newId(now());
  const raw = publicKey.export({ format: 'jwk' }).x ?? '';
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const private_key_enc = secrets.encrypt(pem, keyPlaceOf(id));
  return { id, device_id: toDeviceId(raw), public_key: raw, private_key_enc };
}

/** What the gateway gave our device when it was paired; null when it is not. */
export async function getDeviceToken(ctx: Context, gatewayId: string): Promise<string | null> {
  const row = await findDeviceToken(ctx, gatewayId);
  return row ? ctx.secrets.decrypt(row.token_enc, tokenPlaceOf(row.id)) : null;
}

/** Keeps what the gateway gave our device. */
export async function keepDeviceToken(
  ctx: Context,
  gatewayId: string,
  { token, scopes }: { token: string; scopes: string[] },
): Promise<void> {
  const id = newId(ctx.now());
  const token_enc = ctx.secrets.encrypt(token, tokenPlaceOf(id));
  await saveDeviceToken(ctx, { id, gateway_id: gatewayId, token_enc, scopes });
}
