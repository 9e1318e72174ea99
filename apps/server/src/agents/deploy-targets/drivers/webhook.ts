import type { Context } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { send } from '#server/platform/outgoing/request.ts';
import { signMessage } from '#server/platform/outgoing/sign.ts';
import { WebhookConfig } from '../deploy-targets.schema.ts';
import type { StoredTarget } from '../deploy-targets.store.ts';
import { assertTaken, type Driver, openSecret, type SwapOrder } from './driver.ts';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 65_536;

/** `POST config.url`, signed as outbound webhooks are; 2xx is accepted. */
export const webhook: Driver = {
  async swap(ctx, target, order) {
    assertTaken(await post(ctx, target, order));
    return 'accepted';
  },
  async test(ctx, target) {
    const status = await post(ctx, target, {
      deployment_id: newId(ctx.now()),
      agent: { id: newId(ctx.now()), slug: 'test' },
      from: null,
      to: { number: 1, target_ref: null, git_sha: null },
      kind: 'test',
      reason: 'A call to see whether it arrives.',
      requested_at: ctx.now().toISOString(),
    });
    assertTaken(status);
    return `The target answered ${status}.`;
  },
};

async function post(ctx: Context, target: StoredTarget, order: SwapOrder): Promise<number> {
  const { url } = WebhookConfig.parse(target.config);
  const body = JSON.stringify(order);
  const id = order.deployment_id;
  const { status } = await send(ctx, {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'idempotency-key': id,
      ...signMessage(openSecret(ctx, target), { id, body, at: ctx.now() }),
    },
    body,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  });
  return status;
}
