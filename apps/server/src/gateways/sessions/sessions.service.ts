import { z } from 'zod';
import { assertBoardAccess, type BoardLevel, hasRole } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { forbidden, notFound, Problem } from '#server/platform/problem.ts';
import { withoutCredentials } from '#server/platform/text/without-credentials.rules.ts';
import { getConnection } from '../connections/connections.ts';
import { findSavedTargetAt } from '../connections/saved-targets.ts';
import { parseGatewayUrl } from '../registry/gateway-urls.ts';
import { getGateway } from '../registry/gateways.service.ts';
import { ask } from '../rpc/answers.ts';
import { DIAGNOSES } from '../rpc/diagnoses.rules.ts';
import { ConnectFailure } from '../rpc/failure.ts';
import { probeGateway } from './probe.ts';
import { sendNow } from './send-now.ts';
import { type AskedTarget, type StatusTarget, toStatusTarget } from './sessions.rules.ts';
import type { GatewaySessionLive, GatewayStatusQuery, GatewaysStatusResponse, OfGateway } from './sessions.schema.ts';
import { findBoardGateway, findMainSession, hasSession, listOwnKeys } from './sessions.store.ts';

const targetRequired = () =>
  new Problem(
    'gateway.target_required',
    422,
    'Say which gateway is meant: by board_id, by gateway_id, or by gateway_url.',
  );

/** The gateway of a board that the caller may reach, or the one that is named itself. */
async function getGatewayOf(ctx: Context, { board_id, gateway_id }: OfGateway, level: BoardLevel): Promise<string> {
  if (board_id !== undefined) return getGatewayOfBoard(ctx, board_id, level);
  if (gateway_id === undefined) throw targetRequired();
  return (await getGateway(ctx, gateway_id)).id;
}

async function getGatewayOfBoard(ctx: Context, boardId: string, level: BoardLevel): Promise<string> {
  await assertBoardAccess(ctx, boardId, level);
  const gatewayId = (await findBoardGateway(ctx, boardId))?.gateway_id;
  if (!gatewayId) throw new Problem('board.gateway_missing', 422, 'This board has no gateway.');
  return gatewayId;
}

const isAdmin = ({ caller }: Context): boolean => caller.kind === 'user' && hasRole(caller.role, 'admin');

/** The gateway of a session that the caller may reach: an admin those of every agent there, others those of a board's. */
async function getGatewayOfSession(ctx: Context, of: OfGateway, key: string, level: BoardLevel): Promise<string> {
  if (of.board_id === undefined && !isAdmin(ctx))
    throw forbidden('Name the board of the agent; sessions of whole gateways are for admins.');
  const gatewayId = await getGatewayOf(ctx, of, level);
  const boardId = isAdmin(ctx) ? undefined : of.board_id;
  if (!(await hasSession(ctx, { gatewayId, boardId }, key))) throw notFound('session', key);
  return gatewayId;
}

const CALL_MS = 10_000;
const HISTORY_LIMIT = 200;
const Sessions = z.object({ sessions: z.array(z.looseObject({ key: z.string() })) });
const History = z.object({ messages: z.array(z.unknown()) });

async function readSessions(ctx: Context, gatewayId: string) {
  const connection = await getConnection(ctx, gatewayId);
  const params = { limit: 1000 };
  return (await ask(connection, Sessions, { method: 'sessions.list', params, timeoutMs: CALL_MS })).sessions;
}

/** The sessions of the organization's agents on a gateway, its main agent's apart. Throws the 502 codes of gateways. */
export async function listSessions(
  ctx: Context,
  of: OfGateway,
): Promise<{ sessions: unknown[]; main_session: unknown }> {
  const gatewayId = await getGatewayOf(ctx, of, 'read');
  const sessions = await readSessions(ctx, gatewayId);
  const [own, main] = await Promise.all([
    listOwnKeys(
      ctx,
      gatewayId,
      sessions.map(({ key }) => key),
    ),
    findMainSession(ctx, gatewayId),
  ]);
  return {
    sessions: sessions.filter(({ key }) => own.has(key)),
    main_session: sessions.find(({ key }) => key === main?.session_key) ?? null,
  };
}

/** Throws `session.not_found` and the 502 codes of gateways. */
export async function getSession(ctx: Context, of: OfGateway, key: string): Promise<unknown> {
  const gatewayId = await getGatewayOfSession(ctx, of, key, 'read');
  const sessions = await readSessions(ctx, gatewayId);
  const session = sessions.find((one) => one.key === key);
  if (!session) throw notFound('session', key);
  return session;
}

/** Throws `auth.forbidden`, `board.access_denied`, `session.not_found` and the 502 codes of gateways. */
export async function getHistory(ctx: Context, of: OfGateway, key: string): Promise<unknown[]> {
  const gatewayId = await getGatewayOfSession(ctx, of, key, 'read');
  const connection = await getConnection(ctx, gatewayId);
  const params = { sessionKey: key, limit: HISTORY_LIMIT };
  return (await ask(connection, History, { method: 'chat.history', params, timeoutMs: CALL_MS })).messages;
}

const InFlight = z.object({
  inFlightRun: z
    .object({ runId: z.string(), text: z.string().catch(''), startedAt: z.number().nullish().catch(null) })
    .nullish()
    .catch(null),
});

/**
 * What is being written in a session now: the gateway keeps it, so that every instance can tell. Throws as
 * {@link getHistory}.
 */
export async function getLive(ctx: Context, of: OfGateway, key: string): Promise<GatewaySessionLive> {
  const gatewayId = await getGatewayOfSession(ctx, of, key, 'read');
  const connection = await getConnection(ctx, gatewayId);
  const params = { sessionKey: key, limit: 1 };
  const { inFlightRun } = await ask(connection, InFlight, { method: 'chat.history', params, timeoutMs: CALL_MS });
  if (!inFlightRun) return { run: null };
  const { runId: run_id, text, startedAt } = inFlightRun;
  const started_at = typeof startedAt === 'number' ? new Date(startedAt).toISOString() : null;
  return { run: { run_id, text: withoutCredentials(text), started_at } };
}

/** Throws `auth.forbidden`, `board.access_denied` without write access, `session.not_found` and the 502 codes of gateways. */
export async function sendToSession(ctx: Context, of: OfGateway, key: string, text: string): Promise<void> {
  const gatewayId = await getGatewayOfSession(ctx, of, key, 'write');
  await sendNow(ctx, { gatewayId, sessionKey: key, text, deliver: false, idempotencyKey: newId(ctx.now()) });
}

/**
 * Whether a gateway is reached now; that it is not is an answer. Throws `gateway.target_required`,
 * `gateway.url_forbidden`, `board.gateway_missing`.
 */
export async function getStatus(ctx: Context, query: GatewayStatusQuery): Promise<GatewaysStatusResponse> {
  const target = await findTarget(ctx, query);
  try {
    return { ...NOT_CONNECTED, ...(await probeGateway(ctx, target)), connected: true, gateway_url: target.url };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const failed_hop = error instanceof ConnectFailure ? DIAGNOSES[error.diagnosis].hop : null;
    return { ...NOT_CONNECTED, gateway_url: target.url, error: error.message, code: error.code, failed_hop };
  }
}

const NOT_CONNECTED = {
  connected: false,
  sessions_count: null,
  sessions: null,
  main_session: null,
  main_session_error: null,
  error: null,
  code: null,
  failed_hop: null,
  protocol: null,
  server_version: null,
  scopes: [],
};

async function findTarget(ctx: Context, query: GatewayStatusQuery): Promise<StatusTarget> {
  const flags = {
    allow_insecure_tls: query.gateway_allow_insecure_tls,
    disable_device_pairing: query.gateway_disable_device_pairing,
  };
  if (query.board_id !== undefined) {
    const { url } = await getGateway(ctx, await getGatewayOfBoard(ctx, query.board_id, 'read'));
    return fill(ctx, { url, token: query.gateway_token, ...flags });
  }
  if (query.gateway_url === undefined) throw targetRequired();
  const { url, token } = parseGatewayUrl(query.gateway_url, ctx.config.gateways);
  return fill(ctx, { url, token: query.gateway_token ?? token ?? undefined, ...flags });
}

const fill = async (ctx: Context, asked: AskedTarget): Promise<StatusTarget> =>
  toStatusTarget(asked, await findSavedTargetAt(ctx, asked.url));
