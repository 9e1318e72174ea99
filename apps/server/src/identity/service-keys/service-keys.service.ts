import { type Context, inTransaction, type Platform } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { hashToken, newId, newToken } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { serviceKeyCreated, serviceKeyDeleted } from './service-keys.events.ts';
import type { ServiceKey, ServiceKeyCreate, ServiceKeyCreated } from './service-keys.schema.ts';
import { findServiceKeyByHash, insertServiceKey, removeServiceKey, saveServiceKeyUsed } from './service-keys.store.ts';

const PREFIX_LENGTH = 10;
const TOUCH_MS = 30_000;

const toFact = ({ id, name, prefix, scopes }: ServiceKey) => ({ subjectId: id, data: { name, prefix, scopes } });

/** Makes a key; the answer alone holds it in clear. */
export function createServiceKey(ctx: Context, input: ServiceKeyCreate): Promise<ServiceKeyCreated> {
  const key = newToken('mcs_');
  return inTransaction(ctx, async (tx) => {
    const saved = await insertServiceKey(tx, {
      id: newId(tx.now()),
      name: input.name,
      prefix: key.slice(0, PREFIX_LENGTH),
      token_hash: hashToken(key),
      scopes: input.scopes,
      agent_slugs: input.agent_slugs,
      created_by_user_id: tx.actor.kind === 'user' ? tx.actor.id : null,
      expires_at: input.expires_at,
    });
    await publish(tx, serviceKeyCreated, toFact(saved));
    return { ...saved, key };
  });
}

/** Revokes a key. Processes that it enrolled keep their own tokens. Throws `service_key.not_found`. */
export function deleteServiceKey(ctx: Context, id: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const removed = await removeServiceKey(tx, id);
    if (!removed) throw notFound('service_key', id);
    await publish(tx, serviceKeyDeleted, toFact(removed));
  });
}

/** The key behind a token, noting its use. Throws `service_key.invalid`, `service_key.expired`. */
export async function getServiceKeyOfToken({ db, now }: Platform, token: string, ip: string): Promise<ServiceKey> {
  const key = await findServiceKeyByHash(db, hashToken(token));
  if (!key) throw new Problem('service_key.invalid', 401, 'This service key is not valid; it may have been revoked.');
  const at = now();
  if (key.expires_at !== null && new Date(key.expires_at) <= at)
    throw new Problem('service_key.expired', 401, `This service key expired at ${key.expires_at}. Make a new one.`);
  if (key.last_used_at === null || at.getTime() - new Date(key.last_used_at).getTime() >= TOUCH_MS)
    await saveServiceKeyUsed(db, key.id, { last_used_at: at, last_used_ip: ip });
  return key;
}
