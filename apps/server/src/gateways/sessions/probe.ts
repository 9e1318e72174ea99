import { z } from 'zod';
import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { openTarget, type Target } from '../connections/targets.ts';
import { ask } from '../rpc/answers.ts';
import type { Client } from '../rpc/client.ts';
import { findMainSession } from './sessions.store.ts';

const CALL_MS = 10_000;
const SHOWN_SESSIONS = 1000;
const Sessions = z.object({ sessions: z.array(z.unknown()) });
const Created = z.object({ entry: z.unknown() });

/** What a gateway that is dialled says of itself. */
interface GatewayProbe {
  sessions_count: number;
  sessions: unknown[];
  main_session: unknown;
  main_session_error: string | null;
  protocol: number;
  server_version: string | null;
  scopes: string[];
}

/**
 * Dials a gateway that need not be saved; of one that is, the session of its main agent is made when it is missing.
 * Throws {@link ConnectFailure}, and the 502 codes of gateways.
 */
export async function probeGateway(ctx: Context, target: Target): Promise<GatewayProbe> {
  const client = await openTarget(ctx, target, { caps: [] });
  try {
    const main = await ensureMainSession(ctx, client, target.gatewayId);
    const params = { limit: SHOWN_SESSIONS };
    const { sessions } = await ask(client, Sessions, { method: 'sessions.list', params, timeoutMs: CALL_MS });
    const { protocol, serverVersion, scopes } = client.hello;
    return { sessions, sessions_count: sessions.length, ...main, protocol, server_version: serverVersion, scopes };
  } finally {
    client.close();
  }
}

async function ensureMainSession(ctx: Context, client: Client, gatewayId: string | null) {
  const main = gatewayId === null ? undefined : await findMainSession(ctx, gatewayId);
  if (!main) return { main_session: null, main_session_error: null };
  try {
    const params = { agentId: main.gateway_agent_id, key: main.session_key };
    const { entry } = await ask(client, Created, { method: 'sessions.create', params, timeoutMs: CALL_MS });
    return { main_session: entry, main_session_error: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { main_session: null, main_session_error: error.message };
  }
}
