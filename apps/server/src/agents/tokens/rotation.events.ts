import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { AgentRead } from '../registry/agents.schema.ts';

export const agentTokenRotated = defineEvent({
  type: 'agent.token_rotated',
  subject: 'agent',
  schema: z.object({ agent: AgentRead }),
  topics: () => ['agents'],
  streams: { agents: ({ data: { agent } }) => ({ event: 'agent', data: { agent } }) },
  activity: ({ agent }) => ({ message: `${agent.name} has a new token.`, agentId: agent.id }),
  audit: ({ agent }) => ({ name: agent.name }),
});
