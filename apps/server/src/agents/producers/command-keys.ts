import { randomBytes } from 'node:crypto';
import type { Context, TxContext } from '#server/platform/context.ts';
import { findKey, keyPlace, saveKey } from './command-keys.store.ts';

const KEY_BYTES = 32;

/** The key that signs what a process is sent; undefined for one that has not enrolled since there are keys. */
export async function findCommandKey(ctx: Context, producerId: string): Promise<Buffer | undefined> {
  const sealed = await findKey(ctx, producerId);
  return sealed && Buffer.from(ctx.secrets.decrypt(sealed, keyPlace(producerId)), 'base64');
}

/** The key of a process that enrols: it keeps the one it has, because commands signed by it may be on their way. */
export async function ensureCommandKey(tx: TxContext, producerId: string): Promise<Buffer> {
  const known = await findCommandKey(tx, producerId);
  if (known) return known;
  const key = randomBytes(KEY_BYTES);
  await saveKey(tx, producerId, tx.secrets.encrypt(key.toString('base64'), keyPlace(producerId)));
  return key;
}
