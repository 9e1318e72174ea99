import { z } from 'zod';
import { ask, type GatewayConnection } from '#server/gateways/index.ts';
import { isMissing } from './refusals.ts';

const STEP_MS = 10_000;

const AgentEntry = z.object({
  id: z.string(),
  name: z.string().nullish(),
  workspace: z.string().nullish(),
  identity: z.object({ name: z.string().nullish(), emoji: z.string().nullish() }).nullish(),
  model: z.union([z.string(), z.object({ primary: z.string().nullish() })]).nullish(),
});
export type AgentEntry = z.infer<typeof AgentEntry>;

const AgentList = z.object({ defaultId: z.string().nullish(), agents: z.array(AgentEntry) });
export type AgentList = z.infer<typeof AgentList>;

export const listAgents = (connection: GatewayConnection): Promise<AgentList> =>
  ask(connection, AgentList, { method: 'agents.list', timeoutMs: STEP_MS });

/** The model of an entry, whichever way the gateway writes it. */
export const modelOf = ({ model }: AgentEntry): string | null =>
  (typeof model === 'string' ? model : model?.primary) ?? null;

const File = z.object({ missing: z.boolean().nullish(), hash: z.string().nullish(), content: z.string().nullish() });

const FileAnswer = z.object({ file: File });

const toFound = ({ missing, hash, content }: z.infer<typeof File>) =>
  missing || typeof hash !== 'string' ? null : { hash, content: content ?? '' };

/** A workspace file; null when it is missing. Throws the gateway's refusal of a name that it does not take. */
export async function readFile(connection: GatewayConnection, agentId: string, name: string) {
  const params = { agentId, name };
  const { file } = await ask(connection, FileAnswer, { method: 'agents.files.get', params, timeoutMs: STEP_MS });
  return toFound(file);
}

/** Writes a workspace file; returns its new hash. */
export async function writeFile(
  connection: GatewayConnection,
  params: { agentId: string; name: string; content: string; expectedHash?: string },
): Promise<string | null> {
  const { file } = await ask(connection, FileAnswer, { method: 'agents.files.set', params, timeoutMs: STEP_MS });
  return file.hash ?? null;
}

/** The hash of a file in a session's workspace; null when it is missing. */
export async function findSessionFileHash(
  connection: GatewayConnection,
  sessionKey: string,
  path: string,
): Promise<string | null> {
  try {
    const params = { sessionKey, path };
    const { file } = await ask(connection, FileAnswer, { method: 'sessions.files.get', params, timeoutMs: STEP_MS });
    return toFound(file)?.hash ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export const writeSessionFile = (
  connection: GatewayConnection,
  file: { sessionKey: string; path: string; content: string; expectedHash: string },
): Promise<unknown> => connection.call('sessions.files.set', file, { timeoutMs: STEP_MS });

const Session = z.object({
  entry: z.object({ label: z.string().nullish(), permissionMode: z.string().nullish() }).nullish(),
});

/** What is set for a session: made when it is not there. */
export async function ensureSession(
  connection: GatewayConnection,
  params: { agentId: string; key: string },
): Promise<{ label: string | null; permissionMode: string | null }> {
  const { entry } = await ask(connection, Session, { method: 'sessions.create', params, timeoutMs: STEP_MS });
  return { label: entry?.label ?? null, permissionMode: entry?.permissionMode ?? null };
}

export const patchSession = (
  connection: GatewayConnection,
  patch: { key: string; label?: string; permissionMode?: string | null },
): Promise<unknown> => connection.call('sessions.patch', patch, { timeoutMs: STEP_MS });

export const resetSession = (connection: GatewayConnection, key: string): Promise<unknown> =>
  connection.call('sessions.reset', { key }, { timeoutMs: STEP_MS });

/** Ends what runs in a session; nothing when nothing runs. */
export async function abortSession(connection: GatewayConnection, key: string): Promise<void> {
  try {
    await connection.call('sessions.abort', { key }, { timeoutMs: STEP_MS });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

export const saveSecret = (
  connection: GatewayConnection,
  secret: { name: string; value: string; kind: 'env' | 'secret' },
): Promise<unknown> => connection.call('secrets.store.set', secret, { timeoutMs: STEP_MS });

export async function removeSecret(connection: GatewayConnection, name: string): Promise<void> {
  try {
    await connection.call('secrets.store.delete', { name }, { timeoutMs: STEP_MS });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
