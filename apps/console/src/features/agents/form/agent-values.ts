import type { Agent } from '#console/api/contract.ts';
import type { AgentCreate, AgentUpdate } from '#console/api/queries/fleet/agents.ts';
import { parsePace } from '#console/lib/form/pace.ts';

/** What the form of an agent on a gateway holds; empty texts stand for nothing. */
export interface AgentValues {
  name: string;
  boardId: string;
  isMain: boolean;
  role: string;
  emoji: string;
  style: string;
  model: string;
  every: string;
  identityTemplate: string;
  soulTemplate: string;
  autoRollback: boolean;
  /** Empty: none. */
  deployTargetId: string;
}

export const emptyAgent: AgentValues = {
  name: '',
  boardId: '',
  isMain: false,
  role: '',
  emoji: '',
  style: '',
  model: '',
  every: 'off',
  identityTemplate: '',
  soulTemplate: '',
  autoRollback: false,
  deployTargetId: '',
};

const toText = (value: unknown) => (typeof value === 'string' ? value : '');

export function toAgentValues(agent: Agent): AgentValues {
  const { identity_profile: profile, heartbeat_config: heartbeat } = agent;
  const every = toText(heartbeat?.every);
  return {
    name: agent.name,
    boardId: agent.board_id ?? '',
    isMain: agent.is_gateway_main,
    role: toText(profile?.role),
    emoji: toText(profile?.emoji),
    style: toText(profile?.communication_style),
    model: agent.model ?? '',
    every: every === '' || parsePace(every) === 0 ? 'off' : every,
    identityTemplate: agent.identity_template ?? '',
    soulTemplate: agent.soul_template ?? '',
    autoRollback: agent.auto_rollback,
    deployTargetId: agent.deploy_target_id ?? '',
  };
}

const orNull = (text: string) => text.trim() || null;

/** The profile with what the form says in it; what the form does not know stays. */
function toProfile({ role, emoji, style }: AgentValues, before: Agent['identity_profile'] = null) {
  const said = { role: orNull(role), emoji: orNull(emoji), communication_style: orNull(style) };
  const profile = Object.entries({ ...before, ...said }).filter(([, value]) => value !== null);
  return profile.length > 0 ? Object.fromEntries(profile) : null;
}

export const toAgentCreate = (values: AgentValues): AgentCreate => ({
  name: values.name.trim(),
  board_id: orNull(values.boardId),
  identity_profile: toProfile(values),
  heartbeat_config: { every: values.every.trim() },
  model: orNull(values.model),
  identity_template: orNull(values.identityTemplate),
  soul_template: orNull(values.soulTemplate),
});

/** Only what was changed, with the version that was seen. */
export function toAgentChanges(agent: Agent, values: AgentValues): AgentUpdate {
  const before = toAgentValues(agent);
  const isChanged = (...names: (keyof AgentValues)[]) => names.some((name) => values[name] !== before[name]);
  const body = toAgentCreate(values);
  return {
    version: agent.version,
    ...(isChanged('name') && { name: body.name }),
    ...(isChanged('boardId', 'isMain') && { board_id: values.isMain ? null : body.board_id }),
    ...(isChanged('isMain') && { is_gateway_main: values.isMain }),
    ...(isChanged('role', 'emoji', 'style') && { identity_profile: toProfile(values, agent.identity_profile) }),
    ...(isChanged('every') && { heartbeat_config: { ...agent.heartbeat_config, ...body.heartbeat_config } }),
    ...(isChanged('model') && { model: body.model }),
    ...(isChanged('identityTemplate') && { identity_template: body.identity_template }),
    ...(isChanged('soulTemplate') && { soul_template: body.soul_template }),
    ...(isChanged('autoRollback') && { auto_rollback: values.autoRollback }),
    ...(isChanged('deployTargetId') && { deploy_target_id: orNull(values.deployTargetId) }),
  };
}

/** What is still missing, as a sentence. An agent that was adopted without a board may stay so. */
export function findFault({ name, boardId, isMain, every }: AgentValues, before?: Agent): string | undefined {
  const mayLackBoard = isMain || (before?.kind === 'worker' && before.board_id === null);
  if (name.trim() === '') return 'Give the agent a name.';
  if (!mayLackBoard && boardId === '') return 'Choose the board that it works on.';
  if (parsePace(every) === undefined) return 'The pace is an interval from 30s to 7d, such as 45m.';
  return undefined;
}
