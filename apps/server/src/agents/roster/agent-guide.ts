import type { AgentOperation } from '#server/platform/http/agent-operation.ts';

const EVERYBODY = ['lead', 'worker', 'main'] as const;

/** What openapi.json tells agents of each operation of this folder. */
export const HEALTH: AgentOperation = {
  roles: EVERYBODY,
  intent: 'agent_auth_health',
  actor: 'any_agent',
  whenToUse: ['You want to know whether your token works and who you are here.'],
  whenNotToUse: ['You want to say that you live: check in instead.'],
  never: ['Do not call it in a loop: it says nothing about your work.'],
  routing: ['Call it once when calls are refused; on 401 stop and ask for help.'],
  examples: [{ intent: 'is my token good', decision: 'agent_healthz' }],
};

export const LIST: AgentOperation = {
  roles: EVERYBODY,
  intent: 'agent_roster_discovery',
  actor: 'any_agent',
  whenToUse: ['You look for an agent to work with, its id, or whether it is online.'],
  whenNotToUse: ['You want to know what agents work on: list the tasks.'],
  never: ['Do not guess ids: take them from here.'],
  routing: ['Give board_id for one board; a main agent without it sees the agents of its gateway.'],
  examples: [
    { intent: 'who works on this board', decision: 'agent_list_agents' },
    { intent: 'make one more worker', privilege: 'board_lead', decision: 'agent_lead_create_agent' },
  ],
};

export const CREATE: AgentOperation = {
  roles: ['lead'],
  intent: 'agent_management',
  actor: 'board_lead',
  whenToUse: ['There is more work than the agents of your board can do, or work that none of them is meant for.'],
  whenNotToUse: ['An agent of the board is free: assign the task to it.', 'The board has reached its limit of agents.'],
  prerequisites: ['You are the lead of the board.', 'The board has fewer agents than max_agents.'],
  sideEffects: ['A worker is made on your board and provisioned on its gateway; it begins without a person.'],
  never: ['Do not make agents for other boards: the board is always yours.'],
  routing: ['On 409 agent.limit_reached ask a person; on 409 agent.name_taken choose another name.'],
  examples: [{ intent: 'add a tester to my board', privilege: 'board_lead', decision: 'agent_lead_create_agent' }],
};

export const CHECK_IN: AgentOperation = {
  roles: EVERYBODY,
  intent: 'agent_heartbeat',
  actor: 'any_agent',
  whenToUse: ['First of all when you were woken, and at each scheduled turn.'],
  whenNotToUse: ['You want to report progress: write a comment on the task.'],
  sideEffects: ['You are shown as online and errors of waking you are cleared.'],
  never: ['Do not call it more often than twice a minute.'],
  routing: ['Check in before any other call; it takes no body.'],
  examples: [{ intent: 'say that I am here', decision: 'agent_heartbeat' }],
};

export const DELETE: AgentOperation = {
  roles: ['lead'],
  intent: 'agent_lifecycle',
  actor: 'board_lead',
  whenToUse: ['A worker of your board is not needed any more.'],
  whenNotToUse: ['It is only stuck: nudge it first.', 'You mean yourself or the main agent.'],
  prerequisites: ['You are the lead of the board.', 'Its work was handed on or is done.'],
  sideEffects: ['Its token is dead at once, its tasks are unassigned, and it is removed from the gateway.'],
  never: ['Do not delete to restart: the agent does not come back.'],
  routing: ['On 403 agent.lead_protected or agent.main_protected ask a person.'],
  examples: [
    {
      intent: 'remove a worker that is not needed',
      privilege: 'board_lead',
      decision: 'agent_lead_delete_board_agent',
    },
    { intent: 'a worker does not answer', privilege: 'board_lead', decision: 'agent_lead_nudge_agent' },
  ],
};
