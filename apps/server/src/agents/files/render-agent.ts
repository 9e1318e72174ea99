import type { Context } from '#server/platform/context.ts';
import { credentialVariableOf } from '../credentials/names.rules.ts';
import type { PlacedAgent } from '../reconcile/pass.ts';
import type { AgentKind } from '../registry/agents.schema.ts';
import { findBoardFacts, findUserFacts } from '../templates/facts.store.ts';
import { type RenderedFile, renderFiles } from '../templates/render-files.ts';
import { type CredentialMode, type TemplateFacts, toVariables } from '../templates/variables.rules.ts';

/** What of an agent its files are made of. */
export type DraftAgent = Pick<
  PlacedAgent,
  | ('id' | 'name' | 'kind' | 'board_id' | 'adopted' | 'gateway_id' | 'gateway_agent_id' | 'openclaw_session_id')
  | ('identity_profile' | 'identity_template' | 'soul_template' | 'role_soul')
>;

/** What the files of an agent depend on besides its row. */
export interface FileSetting {
  workspaceRoot: string;
  serverVersion: string | null;
  workspacePath: string;
  credentialMode: CredentialMode;
  /** Only where it is delivered inline. */
  token: string | null;
  userId: string | null;
  refused: ReadonlySet<string>;
}

/** The files of an agent as they are to be on its gateway; of an adopted one only our block of AGENTS.md. */
export async function renderAgentFiles(ctx: Context, agent: DraftAgent, setting: FileSetting): Promise<RenderedFile[]> {
  const kind = agent.kind as AgentKind; // checked by the database
  const [board, user] = await Promise.all([
    agent.board_id === null ? null : findBoardFacts(ctx, agent.board_id),
    findUserFacts(ctx, setting.userId),
  ]);
  const variables = toVariables({
    agent: {
      ...{ id: agent.id, name: agent.name, kind, gateway_id: agent.gateway_id },
      session_key: agent.openclaw_session_id,
      identity_profile: (agent.identity_profile ?? {}) as Record<string, string>, // text by `toIdentityProfile`
    },
    ...{ board, user },
    soul: agent.role_soul as TemplateFacts['soul'], // as `giveRoleSoul` writes it
    gateway: { workspace_root: setting.workspaceRoot, server_version: setting.serverVersion },
    workspacePath: setting.workspacePath,
    baseUrl: ctx.config.baseUrl,
    credential: { mode: setting.credentialMode, variable: credentialVariableOf(agent.id), token: setting.token },
  });
  const files = renderFiles({
    kind,
    variables,
    identityTemplate: agent.identity_template,
    soulTemplate: agent.soul_template,
    refused: agent.adopted ? new Set(['TOOLS.md', 'HEARTBEAT.md']) : setting.refused,
  });
  return agent.adopted ? files.filter(({ name }) => name === 'AGENTS.md') : files;
}
