import type { TxContext } from '#server/platform/context.ts';
import { retryWork } from '#server/platform/jobs/work/redrive.ts';
import { SEND_MESSAGE } from '../messages/messages.service.ts';
import { RECONCILE } from '../reconcile/reconcile.service.ts';
import { listRetries } from '../reconcile/reconcile.store.ts';
import { WRITE_FILE } from '../souls/souls.service.ts';
import { ROTATE_TOKEN } from '../tokens/rotation.service.ts';

const KINDS = [RECONCILE, SEND_MESSAGE, WRITE_FILE, ROTATE_TOKEN];

/** A gateway is back: what failed while it was away is tried now and not when its time comes. */
export async function hurryWork(tx: TxContext, gatewayId: string): Promise<void> {
  for (const { id } of await listRetries(tx, gatewayId, KINDS)) await retryWork(tx, id);
}
