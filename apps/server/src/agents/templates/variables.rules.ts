import type { AgentKind } from '../registry/agents.schema.ts';
import type { Variables } from './engine.ts';

export type CredentialMode = 'file' | 'env' | 'inline';

export interface AgentFacts {
  id: string;
  name: string;
  kind: AgentKind;
  gateway_id: string;
  session_key: string;
  identity_profile: Record<string, string>;
}

export interface BoardFacts {
  id: string;
  name: string;
  board_type: string;
  objective: string | null;
  success_metrics: unknown;
  target_date: string | null;
  goal_confirmed: boolean;
  require_approval_for_done: boolean;
  require_review_before_done: boolean;
  comment_required_for_review: boolean;
  block_status_changes_with_pending_approval: boolean;
  only_lead_can_change_status: boolean;
  max_agents: number;
}

export interface UserFacts {
  name: string | null;
  preferred_name: string | null;
  email: string | null;
  pronouns: string | null;
  timezone: string | null;
  notes: string | null;
  context: string | null;
}

/** Everything that an agent's files are made of. */
export interface TemplateFacts {
  agent: AgentFacts;
  board: BoardFacts | null;
  user: UserFacts | null;
  gateway: { workspace_root: string; server_version: string | null };
  /** The workspace as the gateway calls it: absolute once the agent stands there. */
  workspacePath: string;
  baseUrl: string;
  credential: { mode: CredentialMode; variable: string; token: string | null };
  soul: { markdown: string; source_url: string } | null;
}

export const TEMPLATE_VERSION = '1';
const STYLE = 'direct, concise, practical';
const DEFAULTS: Record<string, string> = {
  role: 'Generalist',
  communication_style: STYLE,
  emoji: ':gear:',
};
const IDENTITY = [
  ...['role', 'communication_style', 'emoji', 'autonomy_level', 'verbosity', 'output_format', 'update_cadence'],
  ...['purpose', 'personality', 'custom_instructions'],
] as const;

export const authFileIn = (workspacePath: string): string => `${workspacePath}/.mission-control/auth`;

const words = (text: string | null | undefined): string => text?.trim() ?? '';

/** The first word of what they like to be called, else of their name, else what stands before the @. */
const toPreferredName = ({ preferred_name, name, email }: UserFacts): string =>
  words(preferred_name).split(/\s+/)[0] || words(name).split(/\s+/)[0] || words(email).split('@')[0] || '';

/** Every variable of templates, the same set for every kind; what is missing is empty text. */
export function toVariables(facts: TemplateFacts): Variables {
  const { agent, gateway, workspacePath, baseUrl, soul } = facts;
  const mainId = `mc-gateway-${agent.gateway_id}`;
  return {
    agent_name: agent.name,
    agent_id: agent.id,
    is_main_agent: String(agent.kind === 'main'),
    is_board_lead: String(agent.kind === 'lead'),
    session_key: agent.session_key,
    main_session_key: `agent:${mainId}:main`,
    base_url: baseUrl,
    workspace_root: gateway.workspace_root,
    workspace_path: workspacePath,
    gateway_version: words(gateway.server_version),
    template_version: TEMPLATE_VERSION,
    ...toCredentialVariables(facts),
    ...toUserVariables(facts.user),
    ...Object.fromEntries(
      IDENTITY.map((name) => [`identity_${name}`, agent.identity_profile[name] ?? DEFAULTS[name] ?? '']),
    ),
    ...toBoardVariables(facts.board),
    directory_role_soul_markdown: words(soul?.markdown),
    directory_role_soul_source_url: words(soul?.source_url),
    tools_inline: '',
    heartbeat_inline: '',
  };
}

function toCredentialVariables({ credential, workspacePath }: TemplateFacts): Variables {
  const { mode, variable, token } = credential;
  const file = authFileIn(workspacePath);
  const reference = { file: `in the file ${file}`, env: `in the variable ${variable}`, inline: token ?? '' }[mode];
  const option = {
    file: `-H @${file}`,
    env: `-H "X-Agent-Token: $${variable}"`,
    inline: `-H "X-Agent-Token: ${token ?? ''}"`,
  }[mode];
  return { auth_token: reference, auth_option: option, auth_file: mode === 'file' ? file : '', credential_mode: mode };
}

const toUserVariables = (user: UserFacts | null): Variables => ({
  user_name: words(user?.name),
  user_preferred_name: user ? toPreferredName(user) : '',
  user_pronouns: words(user?.pronouns),
  user_timezone: words(user?.timezone),
  user_notes: words(user?.notes),
  user_context: words(user?.context),
});

const toBoardVariables = (board: BoardFacts | null): Variables => ({
  board_id: board?.id ?? '',
  board_name: words(board?.name),
  board_type: words(board?.board_type),
  board_objective: words(board?.objective),
  board_success_metrics: board?.success_metrics == null ? '' : JSON.stringify(board.success_metrics),
  board_target_date: words(board?.target_date),
  board_goal_confirmed: String(board?.goal_confirmed ?? ''),
  board_rule_require_approval_for_done: String(board?.require_approval_for_done ?? ''),
  board_rule_require_review_before_done: String(board?.require_review_before_done ?? ''),
  board_rule_comment_required_for_review: String(board?.comment_required_for_review ?? ''),
  board_rule_block_status_changes_with_pending_approval: String(
    board?.block_status_changes_with_pending_approval ?? '',
  ),
  board_rule_only_lead_can_change_status: String(board?.only_lead_can_change_status ?? ''),
  board_rule_max_agents: String(board?.max_agents ?? ''),
});
