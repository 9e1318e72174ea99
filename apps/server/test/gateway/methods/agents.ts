import type { World } from '../world.ts';
import { type Agent, changeConfig, getAgent, invalid, sha256, workspaceOf } from '../world.ts';
import { type Method, optionalText, type Params, text } from './method.ts';

const toAgentId = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '');

function listAgents(world: World): unknown {
  return {
    defaultId: 'main',
    ownership: world.isOwnershipExplicit ? 'explicit' : 'sole',
    selectionRequired: false,
    mainKey: 'main',
    scope: 'per-sender',
    agents: [...world.agents.values()].filter(({ isLive }) => isLive).map(toListed),
  };
}

const toListed = ({ id, name, emoji, avatar, workspace, model, createdAt }: Agent) => ({
  id,
  ...(name !== undefined && { name, identity: { name, ...(emoji && { emoji }), ...(avatar && { avatar }) } }),
  workspace,
  workspaceGit: false,
  model: { primary: model ?? 'mock/scripted' },
  defaultPermissionMode: 'full',
  ...(id !== 'main' && { createdVia: 'operator', creatorAgentId: null, createdAt }),
});

function createAgent(world: World, params: Params): unknown {
  const id = toAgentId(text(params.name));
  if (world.agents.has(id)) throw invalid(`agent "${id}" already exists`);
  const workspace = optionalText(params.workspace) ?? `${world.dir}/workspace-${id}`;
  const agent: Agent = {
    id,
    name: text(params.name),
    workspace: workspace.replace(/^~/, `${world.dir}/home`),
    createdAt: Date.now(),
    isLive: false,
  };
  setFields(agent, params);
  world.agents.set(id, agent);
  writeIdentity(world, agent);
  changeConfig(world, () => {
    agent.isLive = true;
    world.isOwnershipExplicit = true;
  });
  return { ok: true, agentId: id, name: text(params.name), workspace: agent.workspace };
}

function updateAgent(world: World, params: Params): unknown {
  const agent = getAgent(world, text(params.agentId));
  changeConfig(world, () => undefined);
  if (params.name !== undefined) agent.name = text(params.name);
  setFields(agent, params);
  writeIdentity(world, agent);
  return { ok: true, agentId: agent.id };
}

function setFields(agent: Agent, { model, emoji, avatar, workspace }: Params): void {
  if (model !== undefined) agent.model = optionalText(model);
  if (emoji !== undefined) agent.emoji = optionalText(emoji);
  if (avatar !== undefined) agent.avatar = optionalText(avatar);
  if (typeof workspace === 'string') agent.workspace = workspace;
}

/** The gateway writes an agent's name and emoji into its IDENTITY.md by itself. */
function writeIdentity(world: World, { name, emoji, workspace }: Agent): void {
  const lines = ['# IDENTITY.md - Agent Identity', '', `- Name: ${name}`, ...(emoji ? [`- Emoji: ${emoji}`] : [])];
  workspaceOf(world, workspace).set('IDENTITY.md', `${lines.join('\n')}\n`);
}

function deleteAgent(world: World, params: Params): unknown {
  const agent = getAgent(world, text(params.agentId));
  world.agents.delete(agent.id);
  for (const run of world.runs.values()) if (run.agentId === agent.id) run.abort();
  for (const [key, session] of world.sessions) if (session.agentId === agent.id) world.sessions.delete(key);
  if (params.deleteFiles === true) world.workspaces.delete(agent.workspace);
  changeConfig(world, () => undefined);
  const removed = [{ path: agent.workspace, method: 'trash' }];
  return { ok: true, agentId: agent.id, removedBindings: 0, removed, failed: [] };
}

function toFile(agent: Agent, name: string, content: string | undefined) {
  const path = `${agent.workspace}/${name}`;
  if (content === undefined) return { name, path, missing: true, expectedAbsent: name !== 'AGENTS.md' };
  const size = Buffer.byteLength(content);
  return { name, path, missing: false, size, updatedAtMs: Date.now(), hash: sha256(content), content };
}

function findFile(world: World, params: Params): { agent: Agent; name: string; files: Map<string, string> } {
  const agent = getAgent(world, text(params.agentId));
  const name = text(params.name);
  if (!world.acceptedFiles.has(name)) throw invalid(`unsupported file "${name}"`);
  return { agent, name, files: workspaceOf(world, agent.workspace) };
}

function getFile(world: World, params: Params): unknown {
  const { agent, name, files } = findFile(world, params);
  return { agentId: agent.id, workspace: agent.workspace, file: toFile(agent, name, files.get(name)) };
}

function setFile(world: World, params: Params): unknown {
  const { agent, name, files } = findFile(world, params);
  const found = files.get(name);
  const currentHash = found === undefined ? undefined : sha256(found);
  if (params.expectedHash !== undefined && params.expectedHash !== currentHash) {
    throw invalid(`agent file "${name}" changed since it was read`, {
      type: 'agent_file_conflict',
      name,
      ...(currentHash && { currentHash }),
    });
  }
  files.set(name, text(params.content));
  return { ok: true, agentId: agent.id, workspace: agent.workspace, file: toFile(agent, name, files.get(name)) };
}

function listFiles(world: World, params: Params): unknown {
  const agent = getAgent(world, text(params.agentId));
  const files = workspaceOf(world, agent.workspace);
  // The real list leaves IDENTITY.md out, even when it is there.
  const names = [...world.acceptedFiles].filter((name) => name !== 'IDENTITY.md');
  const listed = names.map((name) => {
    const { content: _, ...file } = { content: undefined, ...toFile(agent, name, files.get(name)) };
    return file;
  });
  return { agentId: agent.id, workspace: agent.workspace, files: listed };
}

function getIdentity(world: World, params: Params): unknown {
  const { id, name, emoji } = getAgent(world, text(params.agentId));
  return { agentId: id, name, emoji };
}

const FIELDS = ['model', 'emoji', 'avatar'];

export const agentMethods: Record<string, Method> = {
  'agents.list': { scope: 'read', required: [], answer: listAgents },
  'agents.create': { scope: 'admin', required: ['name'], optional: ['workspace', ...FIELDS], answer: createAgent },
  'agents.update': {
    scope: 'admin',
    required: ['agentId'],
    optional: ['name', 'workspace', ...FIELDS],
    answer: updateAgent,
  },
  'agents.delete': { scope: 'admin', required: ['agentId'], optional: ['deleteFiles'], answer: deleteAgent },
  'agents.files.list': { scope: 'read', required: ['agentId'], answer: listFiles },
  'agents.files.get': { scope: 'read', required: ['agentId', 'name'], answer: getFile },
  'agents.files.set': {
    scope: 'admin',
    required: ['agentId', 'name', 'content'],
    optional: ['expectedHash'],
    answer: setFile,
  },
  'agent.identity.get': { scope: 'read', required: ['agentId'], answer: getIdentity },
};
