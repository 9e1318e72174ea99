import { createHash, randomUUID } from 'node:crypto';

/** What an error frame carries. */
export interface ErrorBody {
  code: string;
  message: string;
  details?: Record<string, unknown>;
  retryable?: boolean;
  retryAfterMs?: number;
}

/** An error that the gateway answers. */
export class Refusal extends Error {
  readonly body: ErrorBody;

  constructor(body: ErrorBody) {
    super(body.message);
    this.body = body;
  }
}

export const invalid = (message: string, details?: Record<string, unknown>): Refusal =>
  new Refusal({ code: 'INVALID_REQUEST', message, ...(details && { details }) });

/** An agent's entry in the configuration. */
export interface Agent {
  id: string;
  name?: string;
  workspace: string;
  model?: string;
  emoji?: string;
  avatar?: string;
  createdAt: number;
  /** The configuration that knows it is applied. */
  isLive: boolean;
}

export interface ChatMessage {
  role: 'user' | 'assistant' | 'toolResult' | 'system';
  [field: string]: unknown;
}

export interface Session {
  key: string;
  sessionId: string;
  agentId: string;
  lifecycleRevision: string;
  label?: string;
  model?: string;
  permissionMode?: string;
  archived?: boolean;
  createdAt: number;
  updatedAt: number;
  messages: ChatMessage[];
  /** Messages ever stored: what a delta cursor counts. A reset starts a new source. */
  source: string;
  messageCount: number;
}

export interface Run {
  runId: string;
  sessionKey: string;
  agentId: string;
  state: 'running' | 'ok' | 'error' | 'cancelled';
  /** What its model has written so far of the answer that is not stored yet. */
  text: string;
  /** Ends the run as a client's abort does. */
  abort: () => void;
}

export interface Approval {
  kind: 'exec' | 'plugin';
  id: string;
  request: Record<string, unknown>;
  createdAtMs: number;
  expiresAtMs: number;
  decision: string | null;
  resolvedBy: string | null;
  terminalReason: string | null;
  /** Ends it by a decision. */
  settle: (decision: string) => void;
  /** Ends it without one, such as by `expired`. */
  end: (terminalReason: string) => void;
  /** Why what asked may not go on, or undefined when it may. */
  ended: Promise<string | undefined>;
}

export interface CronJob {
  id: string;
  name: string;
  agentId?: string;
  payload: { kind: string; argv?: string[]; cwd?: string; input?: string };
  [field: string]: unknown;
}

/** A client's open connection. */
export interface Connection {
  id: string;
  clientId: string;
  deviceId: string | null;
  scopes: ReadonlySet<string>;
  caps: ReadonlySet<string>;
  isSubscribed: boolean;
  subscribedKeys: Set<string>;
  /** Sends an event with the connection's next number. */
  event(event: string, payload: unknown): void;
}

/** A command of a cron job as the gateway's host runs it. */
export interface HostCommand {
  argv: string[];
  cwd: string;
  input: string;
}

/** What one gateway holds in memory. */
export interface World {
  dir: string;
  version: string;
  bootId: string;
  startedAt: number;
  settleMs: number;
  agents: Map<string, Agent>;
  isOwnershipExplicit: boolean;
  /** Files by workspace folder, then by path inside it. */
  workspaces: Map<string, Map<string, string>>;
  sessions: Map<string, Session>;
  secrets: Map<string, { value: string; kind: string }>;
  cron: Map<string, CronJob>;
  cronRuns: Map<string, Record<string, unknown>[]>;
  runs: Map<string, Run>;
  /** Connections that started a run, by run. */
  starters: Map<string, string>;
  approvals: Map<string, Approval>;
  activity: Record<string, unknown>[];
  /** The configuration besides the agents' entries, as patches left it. */
  config: Record<string, unknown>;
  revision: number;
  appliedRevision: number;
  pendingDevices: Map<string, PendingDevice>;
  pairedDevices: Map<string, PairedDevice>;
  connections: Set<Connection>;
  acceptedFiles: ReadonlySet<string>;
  /** Runs a command of a cron job that is not the credential's. */
  runCommand: (command: HostCommand) => { exitCode: number; output: string };
  /** Sends an event to those who may see it. */
  emit(event: string, payload: unknown, isFor?: (connection: Connection) => boolean): void;
  restart(): void;
  startTurn(run: Run, text: string): void;
  /** Runs later; never after the gateway is closed. */
  later(ms: number, work: () => void): void;
}

export interface PendingDevice {
  requestId: string;
  deviceId: string;
  publicKey: string;
  scopes: string[];
  role: string;
  clientId: string;
  clientMode: string;
  platform: string;
  ts: number;
}

export interface PairedDevice {
  deviceId: string;
  publicKey: string;
  scopes: string[];
  role: string;
  deviceToken: string;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The gateway's own form of a hash, which says nothing of what it hashes. */
export const configHash = ({ dir }: World, revision: number): string =>
  `hmac-sha256:v1:${createHash('sha256').update(`${dir}:${revision}`).digest('base64url')}`;

/**
 * Counts a write of the configuration and applies it a little later, as the gateway does. A write that comes while one is
 * not applied yet makes the gateway restart itself.
 */
export function changeConfig(world: World, apply: () => void): void {
  const overlaps = world.revision !== world.appliedRevision;
  world.revision += 1;
  const { revision } = world;
  world.later(world.settleMs, () => {
    apply();
    world.appliedRevision = Math.max(world.appliedRevision, revision);
    world.emit('config.changed', {
      path: `${world.dir}/openclaw.json`,
      hash: configHash(world, revision),
      ts: Date.now(),
    });
  });
  if (overlaps) world.later(0, () => world.restart());
}

export function getAgent(world: World, agentId: string): Agent {
  const agent = world.agents.get(agentId);
  if (!agent) throw invalid(`agent "${agentId}" not found`);
  return agent;
}

export function workspaceOf(world: World, workspace: string): Map<string, string> {
  const files = world.workspaces.get(workspace) ?? new Map<string, string>();
  world.workspaces.set(workspace, files);
  return files;
}

export const parseKey = (key: string): { agentId: string; rest: string } => {
  const [, agentId = '', ...rest] = key.split(':');
  return { agentId, rest: rest.join(':') };
};

/** The session of a key, made when it is not there yet, as every call that names one does. */
export function ensureSession(world: World, key: string): Session {
  const found = world.sessions.get(key);
  if (found) return found;
  const { agentId, rest } = parseKey(key);
  if (!key.startsWith('agent:') || rest === '') throw invalid(`invalid session key: ${key}`);
  const agent = world.agents.get(agentId);
  if (!agent?.isLive) throw invalid(`Unknown agent id "${agentId}"`);
  const now = Date.now();
  const session: Session = {
    key,
    sessionId: randomUUID(),
    agentId,
    lifecycleRevision: randomUUID(),
    createdAt: now,
    updatedAt: now,
    messages: [],
    source: randomUUID(),
    messageCount: 0,
  };
  world.sessions.set(key, session);
  return session;
}

/** Masks the values of the gateway's secrets, as it does wherever it stores or sends text. */
export function maskSecrets(world: World, text: string): string {
  let masked = text;
  for (const { value } of world.secrets.values()) {
    masked = masked.replaceAll(value, `${value.slice(0, 6)}…${value.slice(-4)}`);
  }
  return masked.replace(/(Bearer )\S+/g, '$1***');
}

const MAIN = 'main';

/** A gateway as it is when it has just been installed: its agent `main` and nothing else. */
export function createWorld(
  facts: Pick<World, 'version' | 'settleMs' | 'acceptedFiles' | 'runCommand'>,
  engine: Pick<World, 'later' | 'restart' | 'startTurn'>,
): World {
  const dir = `/srv/gateway-${randomUUID().slice(0, 8)}`;
  const connections = new Set<Connection>();
  return {
    ...facts,
    ...engine,
    dir,
    bootId: randomUUID(),
    startedAt: Date.now(),
    agents: new Map([[MAIN, { id: MAIN, workspace: `${dir}/workspace`, createdAt: Date.now(), isLive: true }]]),
    isOwnershipExplicit: false,
    workspaces: new Map(),
    sessions: new Map(),
    secrets: new Map(),
    cron: new Map(),
    cronRuns: new Map(),
    runs: new Map(),
    starters: new Map(),
    approvals: new Map(),
    activity: [],
    config: {},
    revision: 1,
    appliedRevision: 1,
    pendingDevices: new Map(),
    pairedDevices: new Map(),
    connections,
    emit(event, payload, isFor = () => true) {
      for (const connection of connections) if (isFor(connection)) connection.event(event, payload);
    },
  };
}
