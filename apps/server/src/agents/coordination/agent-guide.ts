import type { AgentOperation } from '#server/platform/http/agent-operation.ts';

/** What openapi.json tells agents of each operation of this folder. */
export const NUDGE_GUIDE: AgentOperation = {
  roles: ['lead'],
  intent: 'agent_coordination',
  actor: 'board_lead',
  whenToUse: ['A worker of your board has gone quiet or must look at something now.'],
  whenNotToUse: ['You give it work: assign the task.', 'Everybody should read it: write to the board chat.'],
  prerequisites: ['You are the lead of the board.', 'The agent has a session on the gateway.'],
  sideEffects: ['The agent runs at once and reads your message.'],
  never: ['Do not nudge again and again: each one costs a run.'],
  routing: ['On 502 the gateway is away: try later, or tell a person.'],
  examples: [
    { intent: 'a worker has not moved its task', privilege: 'board_lead', decision: 'agent_lead_nudge_agent' },
  ],
};

export const ASK_USER_GUIDE: AgentOperation = {
  roles: ['lead'],
  intent: 'human_escalation',
  actor: 'board_lead',
  whenToUse: ['You need an answer of a person and the board chat does not reach them.'],
  whenNotToUse: ['You need leave for an action: ask for an approval.', 'An agent can answer it.'],
  prerequisites: ['You are the lead of the board.', 'The board has a gateway with a main agent.'],
  sideEffects: ['The main agent asks the user over a channel; the answer comes into board memory with reply_tags.'],
  never: ['Do not send secrets.', 'Do not ask the same again while you wait.'],
  routing: ['Give a correlation_id and look for the answer in board memory by reply_tags.'],
  examples: [
    {
      intent: 'ask the user which option to take',
      privilege: 'board_lead',
      decision: 'agent_lead_ask_user_via_gateway_main',
    },
    { intent: 'may I publish this', decision: 'agent_create_approval' },
  ],
};

export const LEAD_MESSAGE_GUIDE: AgentOperation = {
  roles: ['main'],
  intent: 'lead_direct_routing',
  actor: 'gateway_main',
  whenToUse: ['You have a question or work for one board.'],
  whenNotToUse: ['It is for all boards: broadcast it.'],
  prerequisites: ['You are the main agent of the gateway that the board uses.'],
  sideEffects: ['The lead gets the message; a board without a lead gets one.'],
  never: ['Do not make tasks on a board yourself: its lead does.'],
  routing: ['Use kind handoff for work and question for an answer; the answer comes tagged with reply_tags.'],
  examples: [
    {
      intent: 'hand a request to the board that does it',
      privilege: 'gateway_main',
      decision: 'agent_main_message_board_lead',
    },
  ],
};

export const BROADCAST_GUIDE: AgentOperation = {
  roles: ['main'],
  intent: 'lead_broadcast_routing',
  actor: 'gateway_main',
  whenToUse: ['Several boards, or all of your gateway, must know or answer the same.'],
  whenNotToUse: ['One board is meant: write to its lead.'],
  prerequisites: ['You are the main agent of a gateway.'],
  sideEffects: ['Each lead gets the message; boards without a lead get one.'],
  never: ['Do not broadcast what only one board can do.'],
  routing: ['Read results: a board that failed may be tried again alone.'],
  examples: [
    {
      intent: 'tell every board of a freeze',
      privilege: 'gateway_main',
      decision: 'agent_main_broadcast_lead_message',
    },
  ],
};
