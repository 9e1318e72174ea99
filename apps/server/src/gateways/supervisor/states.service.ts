import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { releaseWork } from '#server/platform/jobs/work/enqueue.ts';
import type { Hello } from '../connections/connection.ts';
import { gatewayConnected, gatewayDisconnected, gatewayNeedsAttention } from '../registry/gateways.events.ts';
import { getGateway } from '../registry/gateways.service.ts';
import { lockState, saveState } from './states.store.ts';

/** Notes a connection that was made, and lets go what waits for it. Nothing happens when the gateway is gone. */
export function recordConnected(ctx: Context, id: string, hello: Hello): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockState(tx, id);
    if (!before) return;
    const { protocol, serverVersion: server_version, bootId: boot_id } = hello;
    const learned = { server_version, protocol, boot_id, last_connected_at: tx.now(), last_error: null };
    await saveState(tx, id, { status: 'connected', ...learned });
    await releaseWork(tx, `gateway:${id}`);
    const boot_changed = before.boot_id !== boot_id;
    // Another instance that takes the connection over is no news.
    if (before.status === 'connected' && !boot_changed) return;
    const gateway = await getGateway(tx, id);
    await publish(tx, gatewayConnected, { subjectId: id, data: { gateway, boot_id, boot_changed } });
  });
}

/**
 * Notes why there is no connection. That it is still away is no news, whatever the last try met; another thing to be
 * done by a person is. `needsAttention`: waiting does not heal it.
 */
export function recordFailure(
  ctx: Context,
  id: string,
  { code, message, needsAttention }: { code: string; message: string; needsAttention: boolean },
): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockState(tx, id);
    const status = needsAttention ? 'needs_attention' : 'disconnected';
    if (!before || (before.status === status && before.last_error?.code === code)) return;
    const error = { code, message, at: tx.now().toISOString() };
    await saveState(tx, id, { status, last_error: JSON.stringify(error) });
    if (before.status === status && !needsAttention) return;
    const gateway = await getGateway(tx, id);
    const event = needsAttention ? gatewayNeedsAttention : gatewayDisconnected;
    await publish(tx, event, { subjectId: id, data: { gateway, error } });
  });
}
