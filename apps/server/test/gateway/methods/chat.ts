import { randomUUID } from 'node:crypto';
import {
  type ChatMessage,
  type Connection,
  ensureSession,
  invalid,
  maskSecrets,
  parseKey,
  type Session,
  type World,
} from '../world.ts';
import { type Method, type Params, text } from './method.ts';
import { announce } from './sessions.ts';

function send(world: World, params: Params, { id }: Connection): unknown {
  const runId = text(params.idempotencyKey);
  const known = world.runs.get(runId);
  if (known) return { runId, status: known.state === 'running' ? 'in_flight' : 'ok' };
  const sessionKey = text(params.sessionKey);
  const { agentId } = parseKey(sessionKey);
  if (!world.agents.get(agentId)?.isLive) throw invalid(`Agent "${agentId}" no longer exists in configuration`);
  const session = ensureSession(world, sessionKey);
  const run = { runId, sessionKey, agentId, state: 'running' as const, text: '', abort: () => undefined };
  world.runs.set(runId, run);
  world.starters.set(runId, id);
  const message = maskSecrets(world, text(params.message));
  announce(world, session, 'send');
  store(world, session, {
    role: 'user',
    content: message,
    timestamp: Date.now(),
    idempotencyKey: `${runId}:user`,
  });
  world.later(0, () => world.startTurn(run, message));
  return { runId, status: 'started' };
}

/** Keeps a message of a session and tells who subscribed; results of tools appear in the history only. */
export function store(world: World, session: Session, message: ChatMessage, runId?: string): void {
  const id = randomUUID();
  session.messageCount += 1;
  session.updatedAt = Date.now();
  const seq = session.messages.length + 1;
  const __openclaw = {
    ...(runId && { runId }),
    id,
    ...(message.idempotencyKey !== undefined && { idempotencyKey: message.idempotencyKey }),
    recordTimestampMs: Date.now(),
    transcriptPosition: { source: session.source, rawSeq: session.messageCount },
    seq,
  };
  const stored = { ...message, __openclaw };
  session.messages.push(stored);
  if (message.role === 'toolResult') return;
  const { key, agentId, sessionId, updatedAt } = session;
  const payload = { sessionKey: key, agentId, message: stored, messageId: id, messageSeq: seq, updatedAt, sessionId };
  world.emit('session.message', payload, (to) => to.isSubscribed || to.subscribedKeys.has(key));
}

const toCursor = (session: Session): string =>
  Buffer.from(JSON.stringify({ source: session.source, at: session.messages.length })).toString('base64url');

function history(world: World, params: Params): unknown {
  const key = text(params.sessionKey);
  const session = world.sessions.get(key);
  if (params.cursor !== undefined) return readDelta(session, text(params.cursor));
  const messages = session?.messages ?? [];
  const inFlight = [...world.runs.values()].find((run) => run.sessionKey === key && run.state === 'running');
  return {
    sessionKey: key,
    sessionId: session?.sessionId ?? null,
    messages: messages.slice(-Number(params.limit ?? 200)),
    pendingInputs: { items: [], total: 0 },
    ...(session && { deltaCursor: toCursor(session) }),
    ...(inFlight && { inFlightRun: { runId: inFlight.runId, text: inFlight.text, startedAt: Date.now() } }),
    hasMore: false,
    totalMessages: messages.length,
  };
}

function readDelta(session: Session | undefined, cursor: string): unknown {
  const { source, at } = parseCursor(cursor);
  if (!session || source !== session.source) return { kind: 'reset' };
  return { kind: 'delta', messages: session.messages.slice(at), deltaCursor: toCursor(session) };
}

function parseCursor(cursor: string): { source?: string; at?: number } {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return {}; // anybody's text: the gateway answers `reset` to what is not its own
  }
}

function inject(world: World, params: Params): unknown {
  const session = ensureSession(world, text(params.sessionKey));
  store(world, session, { role: 'system', content: text(params.message), timestamp: Date.now() });
  return { ok: true };
}

function listActivity(world: World, params: Params): unknown {
  if (params.after !== undefined && !Number.isInteger(params.after)) {
    throw invalid('invalid audit.activity.list params: at /after: must be integer');
  }
  const found = world.activity
    .filter(
      (event) =>
        (!params.agentId || event.agentId === params.agentId) &&
        (!params.sessionKey || event.sessionKey === params.sessionKey) &&
        (!params.runId || event.runId === params.runId) &&
        (params.after === undefined || Number(event.occurredAt) >= Number(params.after)),
    )
    .reverse();
  const [from, limit] = [Number(params.cursor ?? 0), Number(params.limit ?? 100)];
  const hasMore = found.length > from + limit;
  return { events: found.slice(from, from + limit), ...(hasMore && { nextCursor: String(from + limit) }) };
}

const ACTIVITY_FIELDS = ['agentId', 'sessionKey', 'runId', 'kind', 'status', 'after', 'before', 'limit', 'cursor'];

export const chatMethods: Record<string, Method> = {
  'chat.send': {
    scope: 'write',
    required: ['sessionKey', 'message', 'idempotencyKey'],
    optional: ['attachments', 'thinking', 'timeoutMs', 'queueMode', 'deliver'],
    answer: send,
  },
  'chat.history': { scope: 'read', required: ['sessionKey'], optional: ['limit', 'cursor'], answer: history },
  'chat.inject': { scope: 'admin', required: ['sessionKey', 'message'], optional: ['label'], answer: inject },
  'audit.activity.list': { scope: 'read', required: [], optional: ACTIVITY_FIELDS, answer: listActivity },
};
