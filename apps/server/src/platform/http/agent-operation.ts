/** Who an operation of the agent API is for: the lead of a board, its workers, the main agent of a gateway. */
export type AgentRole = 'lead' | 'worker' | 'main';

/** What a language model reads in openapi.json before it chooses an operation. Short sentences, in our words. */
export interface AgentOperation {
  /** The role tags: agents look for operations by them. */
  roles: readonly AgentRole[];
  /** One of the intents of the work contract, such as `agent_board_task_discovery`. */
  intent: string;
  whenToUse: string[];
  whenNotToUse: string[];
  /** Who may call it; by default any agent whose board it is. */
  actor?: 'any_agent' | 'board_agent' | 'board_lead' | 'gateway_main';
  prerequisites?: string[];
  sideEffects?: string[];
  /** What to leave alone. */
  never?: string[];
  /** Rules of choice, one sentence each. */
  routing: string[];
  /** Intents in words, each with the operation to choose. */
  examples: { intent: string; privilege?: string; decision: string }[];
}

/**
 * The part of a route's schema that describes an operation to agents: role tags and `x-` extensions.
 * @example schema: { ...agentOperation({ roles: ['lead', 'worker'], … }), operationId: 'agent_list_tags', … }
 */
export const agentOperation = ({ actor = 'board_agent', ...operation }: AgentOperation) => ({
  tags: operation.roles.map((role) => `agent-${role}`),
  'x-llm-intent': operation.intent,
  'x-when-to-use': operation.whenToUse,
  'x-when-not-to-use': operation.whenNotToUse,
  'x-required-actor': actor,
  'x-prerequisites': operation.prerequisites ?? ['A valid agent token in X-Agent-Token.'],
  'x-side-effects': operation.sideEffects ?? ['None: it only reads.'],
  'x-negative-guidance': operation.never ?? ['Do not call it for a board that is not yours.'],
  'x-routing-policy': operation.routing,
  'x-routing-policy-examples': operation.examples.map(({ intent, privilege, decision }) => ({
    input: { intent, ...(privilege === undefined ? {} : { required_privilege: privilege }) },
    decision,
  })),
});
