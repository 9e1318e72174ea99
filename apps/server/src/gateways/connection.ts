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

/** A session as a gateway lists it. */
export interface Session {
  key: string;
  [field: string]: unknown;
}

/** What an open connection to a gateway does. Every call has a limit of 10 s and throws the 502 codes of gateways. */
export interface GatewayConnection {
  listSessions(): Promise<Session[]>;
  readHistory(sessionKey: string): Promise<unknown[]>;
  sendMessage(message: SessionMessage): Promise<void>;
  readFile(gatewayAgentId: string, name: string): Promise<string>;
  writeFile(gatewayAgentId: string, name: string, content: string): Promise<void>;
  /** Puts a token where the agent finds it, and proves that it stands there. */
  writeCredential(gatewayAgentId: string, token: string): Promise<void>;
}

const unreachable = (message: string) => new Problem('gateway.unreachable', 502, message);

/** The open connection to a gateway. Throws 502 `gateway.unreachable`: this server does not connect to any yet. */
export async function getConnection(_ctx: Context, _gatewayId: string): Promise<GatewayConnection> {
  throw unreachable('The gateway is not connected.');
}

/** Sends into a session now. Throws the 502 codes of gateways; notices that may wait go through the outbox instead. */
export async function sendNow(
  ctx: Context,
  { gatewayId, ...message }: SessionMessage & { gatewayId: string },
): Promise<void> {
  const connection = await getConnection(ctx, gatewayId);
  await connection.sendMessage(message);
}

/** What a gateway that is dialled says of itself. */
export interface GatewayProbe {
  sessions_count: number;
  sessions: Session[];
  protocol: number;
  server_version: string;
  scopes: string[];
}

/** Dials a gateway that need not be saved. Throws the 502 codes of gateways. */
export async function probeGateway(
  _ctx: Context,
  _target: { url: string; token: string | null; allow_insecure_tls: boolean; disable_device_pairing: boolean },
): Promise<GatewayProbe> {
  throw unreachable('This server does not connect to gateways yet.');
}

/** What needs a connection before anything is stored answers so until this server can connect. */
export const notYetAvailable = (): Problem =>
  new Problem('service.unavailable', 503, 'This server does not connect to gateways yet.', { retryAfterS: 3600 });
