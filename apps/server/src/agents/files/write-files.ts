import type { GatewayConnection } from '#server/gateways/index.ts';
import { inTransaction } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import type { Pass } from '../reconcile/pass.ts';
import type { AgentKind } from '../registry/agents.schema.ts';
import { readFile, writeFile } from '../remote/calls.ts';
import { isUnsupportedFile, toConflict } from '../remote/refusals.ts';
import { type FileMode, type FileWrite, toFileWrite } from '../templates/actions.rules.ts';
import { OPTIONAL_FILES, type RenderedFile } from '../templates/render-files.ts';
import { listWrittenHashes } from './agent-files.store.ts';
import { listRefusedNames, noteRefusedName } from './known-names.ts';
import { renderAgentFiles } from './render-agent.ts';
import { keepVersion } from './versions.ts';

type FileName = RenderedFile['name'];

/** Where one agent's files stand, and how they are brought up to date. */
interface Desk {
  pass: Pass;
  connection: GatewayConnection;
  mode: Omit<FileMode, 'overwrite'> & { overwrite: (name: FileName) => boolean };
  lastHashes: Map<string, string>;
}

/**
 * Makes the files of an agent what they are to be, of those named when there are names: what is the same is left alone,
 * what others wrote stays. False when nothing was written. Throws `gateway.file_conflict`, the 422s of rendering.
 */
export async function writeFiles(
  pass: Pass,
  connection: GatewayConnection,
  { only, token = null }: { only?: FileName[]; token?: string | null } = {},
): Promise<boolean> {
  const desk = await openDesk(pass, connection);
  let written = 0;
  // A name that is refused changes the text of AGENTS.md: rendered again, at most once for each such name.
  for (let round = 0; round <= OPTIONAL_FILES.length; round++) {
    const files = await render(pass, connection, token);
    const wanted = files.filter(({ name }) => only === undefined || only.includes(name));
    const refused = await writeUntilRefused(desk, wanted, () => (written += 1));
    if (refused === undefined) {
      pass.filesUnchanged += wanted.length - written;
      pass.filesWritten += written;
      return written > 0;
    }
    noteRefusedName(connection, refused);
  }
  throw new Error('a file was refused that was not rendered'); // by `renderFiles`
}

async function openDesk(pass: Pass, connection: GatewayConnection): Promise<Desk> {
  const { ctx, agent, isFirst, forceBootstrap } = pass;
  const kind = agent.kind as AgentKind; // checked by the database
  return {
    ...{ pass, connection },
    mode: {
      ...{ kind, adopted: agent.adopted, isFirst, forceBootstrap },
      overwrite: (name) => pass.overwrite || pass.overwriteFiles.includes(name),
    },
    lastHashes: await listWrittenHashes(ctx, agent.id),
  };
}

/** The text of an inline credential is the business of whoever delivers it: without a token its file is left out. */
async function render(pass: Pass, connection: GatewayConnection, token: string | null): Promise<RenderedFile[]> {
  const { ctx, agent, gateway, workspacePath, credentialMode, userId } = pass;
  const files = await renderAgentFiles(ctx, agent, {
    ...{ workspaceRoot: gateway.workspace_root, serverVersion: gateway.server_version },
    ...{ workspacePath, credentialMode, token, userId },
    refused: listRefusedNames(connection),
  });
  const isHeldBack = credentialMode === 'inline' && token === null;
  return isHeldBack ? files.filter(({ name }) => !HOLDS_TOKEN.has(name)) : files;
}

const HOLDS_TOKEN: ReadonlySet<FileName> = new Set(['AGENTS.md', 'TOOLS.md', 'HEARTBEAT.md', 'BOOTSTRAP.md']);

/** The name that the gateway does not take; undefined when all are done. */
async function writeUntilRefused(
  desk: Desk,
  files: RenderedFile[],
  noteWritten: () => void,
): Promise<FileName | undefined> {
  for (const file of files) {
    try {
      if (await ensureFile(desk, file)) noteWritten();
    } catch (error) {
      if (isUnsupportedFile(error) && OPTIONAL_FILES.some((name) => name === file.name)) return file.name;
      throw error;
    }
  }
  return undefined;
}

/** Tried once more when somebody wrote in between. */
async function ensureFile(desk: Desk, file: RenderedFile): Promise<boolean> {
  try {
    return await tryFile(desk, file);
  } catch (error) {
    if (!toConflict(error)) throw error;
  }
  try {
    return await tryFile(desk, file);
  } catch (error) {
    if (!toConflict(error)) throw error;
    throw fileConflict(file.name);
  }
}

const fileConflict = (name: string) =>
  new Problem('gateway.file_conflict', 409, `${name} is being written by somebody else; it was left as it is.`);

async function tryFile(desk: Desk, file: RenderedFile): Promise<boolean> {
  const { pass, connection } = desk;
  const agentId = pass.agent.gateway_agent_id;
  const { found, write } = await compareFile(desk, file);
  if (!write) return false;
  const { content, expectedHash } = write;
  const target = { agentId, name: file.name, content, ...(expectedHash === undefined ? {} : { expectedHash }) };
  const gatewayHash = await writeFile(connection, target);
  await keepVersions(desk, file.name, { write, found: found?.content, gatewayHash });
  return true;
}

async function compareFile({ pass, connection, mode, lastHashes }: Desk, file: RenderedFile) {
  const found = await readFile(connection, pass.agent.gateway_agent_id, file.name);
  const ofFile = { ...mode, overwrite: mode.overwrite(file.name) };
  return { found, write: toFileWrite(file, found, lastHashes.get(file.name) ?? null, ofFile) };
}

/** One file as a pass would leave it. */
export interface PlannedFile {
  name: FileName;
  /** Null when the file is missing. */
  before: string | null;
  /** Null when nothing would be written. */
  after: string | null;
}

/** What {@link writeFiles} would do; names that the gateway turns out to refuse are left out. Writes nothing. */
export async function planFiles(pass: Pass, connection: GatewayConnection): Promise<PlannedFile[]> {
  const desk = await openDesk(pass, connection);
  const planned: PlannedFile[] = [];
  for (const file of await render(pass, connection, null)) {
    try {
      const { found, write } = await compareFile(desk, file);
      planned.push({ name: file.name, before: found?.content ?? null, after: write?.content ?? null });
    } catch (error) {
      if (!isUnsupportedFile(error)) throw error;
      noteRefusedName(connection, file.name);
      return planFiles(pass, connection);
    }
  }
  return planned;
}

/**
 * What was found goes into the history before what we wrote, when somebody else had changed it. People decide about it,
 * but for what they asked to be overwritten and for adopted agents, whose files are not ours.
 */
const keepVersions = (
  { pass: { ctx, agent }, mode }: Desk,
  name: FileName,
  { write, found, gatewayHash }: { write: FileWrite; found: string | undefined; gatewayHash: string | null },
): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    if (write.edited && found !== undefined)
      await keepVersion(tx, {
        ...{ agentId: agent.id, name, content: found, gatewayHash: null },
        found: agent.adopted ? undefined : mode.overwrite(name) ? 'overwrite' : 'undecided',
      });
    await keepVersion(tx, { agentId: agent.id, name, content: write.content, gatewayHash });
  });
