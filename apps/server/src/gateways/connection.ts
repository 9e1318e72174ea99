import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';

/** What is sent into a session of an agent on a gateway. */
export interface SessionMessage {
  sessionKey: string;
  text: string;
  /** Whether the agent must run at once. */
  deliver: boolean;
  /** The gateway takes each once. */
  idempotencyKey: string;
}

/** What an open connection to a gateway does. Every call has a limit of 10 s and throws the 502 codes of gateways. */
export interface GatewayConnection {
  sendMessage(message: SessionMessage): Promise<void>;
  readFile(gatewayAgentId: string, name: string): Promise<string>;
  writeFile(gatewayAgentId: string, name: string, content: string): Promise<void>;
  /** Puts a token where the agent finds it, and proves that it stands there. */
  writeCredential(gatewayAgentId: string, token: string): Promise<void>;
}

/** The open connection to a gateway. Throws 502 `gateway.unreachable`: this server does not connect to any yet. */
export async function getConnection(_ctx: Context, gatewayId: string): Promise<GatewayConnection> {
  throw new Problem('gateway.unreachable', 502, `The gateway ${gatewayId} is not connected.`);
}

/** Sends into a session now. Throws the 502 codes of gateways; notices that may wait go through the outbox instead. */
export async function sendNow(
  ctx: Context,
  { gatewayId, ...message }: SessionMessage & { gatewayId: string },
): Promise<void> {
  const connection = await getConnection(ctx, gatewayId);
  await connection.sendMessage(message);
}
