import type { Context } from '#server/platform/context.ts';
import { withoutCredentials } from '#server/platform/text/without-credentials.rules.ts';
import { getConnection } from '../connections/connections.ts';
import { findSavedTarget } from '../connections/saved-targets.ts';

/** What is sent into a session of an agent on a gateway. */
export interface SessionMessage {
  gatewayId: string;
  sessionKey: string;
  text: string;
  /** Whether the agent must run at once. */
  deliver: boolean;
  /** The gateway takes each once; the run that follows is called by it. */
  idempotencyKey: string;
}

/** While somebody waits for the answer. */
const SEND_MS = 10_000;

/** Sends into a session now, without credentials. Throws the 502 codes of gateways; notices that may wait go through the outbox instead. */
export async function sendNow(
  ctx: Context,
  { gatewayId, sessionKey, text, deliver, idempotencyKey }: SessionMessage,
): Promise<void> {
  const connection = await getConnection(ctx, gatewayId);
  // Its own token, too: agents that read it could act as its operator.
  const message = withoutCredentials(text, (await findSavedTarget(ctx, gatewayId))?.token ?? null);
  const params = { sessionKey, message, deliver, idempotencyKey };
  await connection.call('chat.send', params, { timeoutMs: SEND_MS });
}
