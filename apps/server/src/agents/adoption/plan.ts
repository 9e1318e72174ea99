import type { GatewayConnection } from '#server/gateways/index.ts';
import type { Context } from '#server/platform/context.ts';
import { AUTH_PATH } from '../credentials/placeholder.ts';
import { type DraftAgent, renderAgentFiles } from '../files/render-agent.ts';
import { type AgentEntry, readFile } from '../remote/calls.ts';
import { toFileWrite } from '../templates/actions.rules.ts';
import type { AdoptionPlan } from './adoption.schema.ts';
import { toDiff } from './diff.rules.ts';

export type { DraftAgent } from '../files/render-agent.ts';

interface Adoption {
  draft: DraftAgent;
  entry: AgentEntry;
  gateway: { workspace_root: string; server_version: string | null };
  connection: GatewayConnection;
  manage: boolean;
}

const MODE = { kind: 'worker', adopted: true, isFirst: false, overwrite: false, forceBootstrap: false } as const;

/** What would be written to the gateway for an adopted agent: our section of AGENTS.md and its credential, or nothing. */
export async function planAdoption(ctx: Context, adoption: Adoption): Promise<AdoptionPlan> {
  const { draft, entry, manage } = adoption;
  return {
    ...{ gateway_agent_id: entry.id, name: draft.name, workspace: entry.workspace ?? null },
    session_key: draft.openclaw_session_id,
    files: manage ? await planFiles(ctx, adoption) : [],
    config_changes: null,
    warnings: manage ? [] : ['It will be observed only: it has no credential and is not told of its board.'],
  };
}

async function planFiles(
  ctx: Context,
  { draft, entry, gateway, connection }: Adoption,
): Promise<AdoptionPlan['files']> {
  const [file] = await renderAgentFiles(ctx, draft, {
    ...{ workspaceRoot: gateway.workspace_root, serverVersion: gateway.server_version },
    workspacePath: entry.workspace ?? gateway.workspace_root,
    ...{ credentialMode: 'file', token: null, userId: null },
    refused: new Set(),
  });
  if (!file) return [];
  const found = await readFile(connection, entry.id, file.name);
  const write = toFileWrite(file, found, null, MODE);
  const action = found === null ? 'create' : 'append';
  const diff = write ? toDiff(found?.content ?? '', write.content) : '';
  return [
    { name: file.name, action: write ? action : 'keep', diff },
    { name: AUTH_PATH, action: 'create', diff: '+(the credential of the agent; not shown)' },
  ];
}
