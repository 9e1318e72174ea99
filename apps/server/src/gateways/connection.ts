import { z } from 'zod';
import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { getConnection } from './connections/connections.ts';
import { openTarget, type Target } from './connections/targets.ts';

/** What is sent into a session of an agent on a gateway. */
export interface SessionMessage {
  gatewayId: string;
  sessionKey: string;
  text: string;
  /** Whether the agent must run at once. */
  deliver: boolean;
  /** The gateway takes each once. */
  idempotencyKey: string;
}

/** While somebody waits for the answer. */
const SEND_MS = 10_000;
const PROBED_SESSIONS = 1000;
const Sessions = z.object({ sessions: z.array(z.unknown()) });

/** Sends into a session now. Throws the 502 codes of gateways; notices that may wait go through the outbox instead. */
export async function sendNow(
  ctx: Context,
  { gatewayId, sessionKey, text, deliver, idempotencyKey }: SessionMessage,
): Promise<void> {
  const connection = await getConnection(ctx, gatewayId);
  await connection.call('chat.send', { sessionKey, message: text, deliver, idempotencyKey }, { timeoutMs: SEND_MS });
}

/** What a gateway that is dialled says of itself. */
export interface GatewayProbe {
  sessions_count: number;
  sessions: unknown[];
  protocol: number;
  server_version: string | null;
  scopes: string[];
}

/** Dials a gateway that need not be saved. Throws {@link ConnectFailure}, and the 502 codes of gateways. */
export async function probeGateway(ctx: Context, target: Target): Promise<GatewayProbe> {
  const client = await openTarget(ctx, target, { caps: [] });
  try {
    const answer = await client.call('sessions.list', { limit: PROBED_SESSIONS }, { timeoutMs: SEND_MS });
    const { sessions } = Sessions.parse(answer);
    const { protocol, serverVersion, scopes } = client.hello;
    return { sessions, sessions_count: sessions.length, protocol, server_version: serverVersion, scopes };
  } finally {
    client.close();
  }
}

/** What needs a connection before anything is stored answers so until this server can connect. */
export const notYetAvailable = (): Problem =>
  new Problem('service.unavailable', 503, 'This server does not connect to gateways yet.', { retryAfterS: 3600 });
