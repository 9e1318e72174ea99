import { randomUUID } from 'node:crypto';
import { ensureSession, invalid, parseKey, type Session, sha256, type World, workspaceOf } from '../world.ts';
import { type Method, optionalText, type Params, text } from './method.ts';

function toListed(world: World, session: Session): Record<string, unknown> {
  const { key, agentId, sessionId, label, permissionMode, createdAt, updatedAt } = session;
  const activeRunIds = [...world.runs.values()]
    .filter((run) => run.sessionKey === key && run.state === 'running')
    .map(({ runId }) => runId);
  return {
    key,
    kind: 'direct',
    agentId,
    sessionId,
    ...(label !== undefined && { label, displayName: label }),
    ...(permissionMode !== undefined && { permissionMode }),
    isMain: parseKey(key).rest === 'main',
    classification: parseKey(key).rest === 'main' ? 'main' : 'other',
    archived: session.archived ?? false,
    createdVia: 'operator',
    createdAt,
    updatedAt,
    modelProvider: 'mock',
    model: session.model ?? 'scripted',
    hasActiveRun: activeRunIds.length > 0,
    activeRunIds,
    snapshotAt: Date.now(),
  };
}

function toEntry({ sessionId, lifecycleRevision, updatedAt, createdAt, label, permissionMode }: Session) {
  return {
    sessionId,
    lifecycleRevision,
    updatedAt,
    createdVia: 'operator',
    createdAt,
    ...(label !== undefined && { label }),
    ...(permissionMode !== undefined && { permissionMode }),
  };
}

const resolved = { modelProvider: 'mock', model: 'scripted' };

function listSessions(world: World, params: Params): unknown {
  const [limit, offset] = [Number(params.limit ?? 100), Number(params.offset ?? 0)];
  const since = params.activeMinutes === undefined ? 0 : Date.now() - Number(params.activeMinutes) * 60_000;
  const found = [...world.sessions.values()]
    .filter(({ agentId, updatedAt }) => (!params.agentId || agentId === params.agentId) && updatedAt >= since)
    .sort((a, b) => b.updatedAt - a.updatedAt);
  const page = found.slice(offset, offset + limit);
  const hasMore = offset + page.length < found.length;
  return {
    ts: Date.now(),
    count: page.length,
    totalCount: found.length,
    limitApplied: limit,
    nextOffset: hasMore ? offset + page.length : null,
    hasMore,
    defaults: resolved,
    sessions: page.map((session) => toListed(world, session)),
  };
}

function createSession(world: World, params: Params): unknown {
  const key = optionalText(params.key) ?? `agent:${text(params.agentId)}:${randomUUID()}`;
  const session = ensureSession(world, key);
  setFields(world, session, params);
  const { sessionId } = session;
  return { ok: true, key, sessionId, entry: toEntry(session), runStarted: false, resolved };
}

function patchSession(world: World, params: Params): unknown {
  const session = ensureSession(world, text(params.key));
  setFields(world, session, params);
  return { ok: true, key: session.key, entry: toEntry(session), resolved };
}

function setFields(world: World, session: Session, { label, model, permissionMode, archived }: Params): void {
  if (label !== undefined) session.label = optionalText(label);
  if (model !== undefined) session.model = optionalText(model);
  if (permissionMode !== undefined) session.permissionMode = optionalText(permissionMode);
  if (typeof archived === 'boolean') session.archived = archived;
  session.updatedAt = Date.now();
  announce(world, session, 'patch');
}

/** Tells subscribers that a session changed. */
export function announce(world: World, { key, agentId, sessionId }: Session, reason: string): void {
  const payload = { sessionKey: key, agentId, reason, ts: Date.now(), sessionId };
  world.emit('sessions.changed', payload, ({ isSubscribed }) => isSubscribed);
}

function resetSession(world: World, params: Params): unknown {
  const session = ensureSession(world, text(params.key));
  session.lifecycleRevision = randomUUID();
  session.source = randomUUID();
  session.messageCount += 1;
  const stored = { kind: 'reset', id: randomUUID(), seq: 1 };
  const note = { role: 'system' as const, content: [{ type: 'text', text: 'Reset' }], timestamp: Date.now() };
  session.messages = [{ ...note, __openclaw: stored }];
  session.updatedAt = Date.now();
  announce(world, session, 'reset');
  return { ok: true, key: session.key, entry: toEntry(session), resolved };
}

function deleteSession(world: World, params: Params): unknown {
  const key = text(params.key);
  if (parseKey(key).rest === 'main') throw invalid(`Cannot delete the main session (${key}).`);
  return { ok: true, key, deleted: world.sessions.delete(key), archived: [] };
}

function abortSession(world: World, params: Params): unknown {
  const key = text(params.key);
  const run = [...world.runs.values()].find(
    ({ sessionKey, runId, state }) =>
      sessionKey === key && state === 'running' && (!params.runId || runId === params.runId),
  );
  run?.abort();
  return { ok: true, abortedRunId: run?.runId ?? null, status: run ? 'aborted' : 'no-active-run' };
}

function describe(world: World, params: Params): unknown {
  const session = world.sessions.get(text(params.key));
  return { session: session ? toListed(world, session) : null };
}

function findFile(world: World, params: Params) {
  const { agentId } = ensureSession(world, text(params.sessionKey));
  const root = world.agents.get(agentId)?.workspace ?? '';
  const files = workspaceOf(world, root);
  const path = text(params.path);
  const content = files.get(path);
  if (content === undefined) throw invalid('session file not found', { type: 'session_file_not_found', path });
  return { root, files, path, content };
}

function toFile(path: string, content: string) {
  return {
    path,
    workspacePath: path,
    name: path.split('/').at(-1),
    missing: false,
    size: Buffer.byteLength(content),
    updatedAtMs: Date.now(),
    hash: sha256(content),
  };
}

function getFile(world: World, params: Params): unknown {
  const { root, path, content } = findFile(world, params);
  return { sessionKey: params.sessionKey, root, file: { ...toFile(path, content), kind: 'read', content } };
}

function setFile(world: World, params: Params): unknown {
  if (!/^[a-f0-9]{64}$/.test(text(params.expectedHash))) {
    throw invalid('invalid sessions.files.set params: at /expectedHash: must match pattern "^[a-f0-9]{64}$"');
  }
  const { root, files, path, content } = findFile(world, params);
  const currentHash = sha256(content);
  if (currentHash !== params.expectedHash) {
    throw invalid('session file changed since it was read', { type: 'session_file_conflict', path, currentHash });
  }
  files.set(path, text(params.content));
  return {
    sessionKey: params.sessionKey,
    root,
    file: { ...toFile(path, text(params.content)), kind: 'modified' },
  };
}

const LIST_FIELDS = ['limit', 'offset', 'agentId', 'search', 'label', 'activeMinutes', 'archived', 'activeOnly'];
const SESSION_FIELDS = ['label', 'model', 'permissionMode'];

export const sessionMethods: Record<string, Method> = {
  'sessions.list': {
    scope: 'read',
    required: [],
    optional: [...LIST_FIELDS, 'includeLastMessage', 'includeDerivedTitles'],
    answer: listSessions,
  },
  'sessions.create': {
    scope: 'write',
    required: [],
    optional: ['agentId', 'key', 'message', 'cwd', ...SESSION_FIELDS],
    answer: createSession,
  },
  'sessions.describe': { scope: 'read', required: ['key'], answer: describe },
  'sessions.patch': {
    scope: 'admin',
    required: ['key'],
    optional: ['pinned', 'archived', 'thinkingLevel', ...SESSION_FIELDS],
    answer: patchSession,
  },
  'sessions.reset': { scope: 'admin', required: ['key'], answer: resetSession },
  'sessions.compact': { scope: 'admin', required: ['key'], optional: ['maxLines'], answer: () => ({ ok: true }) },
  'sessions.delete': { scope: 'admin', required: ['key'], optional: ['deleteTranscript'], answer: deleteSession },
  'sessions.abort': { scope: 'write', required: ['key'], optional: ['runId'], answer: abortSession },
  'sessions.subscribe': {
    scope: 'read',
    required: [],
    answer: (_world, _params, connection) => {
      connection.isSubscribed = true;
      return { subscribed: true };
    },
  },
  'sessions.messages.subscribe': {
    scope: 'read',
    required: ['key'],
    answer: (_world, { key }, connection) => {
      connection.subscribedKeys.add(text(key));
      return { subscribed: true, key };
    },
  },
  'sessions.files.get': { scope: 'read', required: ['sessionKey', 'path'], answer: getFile },
  'sessions.files.set': {
    scope: 'admin',
    required: ['sessionKey', 'path', 'content', 'expectedHash'],
    answer: setFile,
  },
};
