import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { AgentRead } from '../registry/agents.schema.ts';

export const agentAdopted = defineEvent({
  type: 'agent.adopted',
  subject: 'agent',
  schema: z.object({ agent: AgentRead }),
  topics: () => ['agents'],
  streams: { agents: ({ data: { agent } }) => ({ event: 'agent', data: { agent } }) },
  activity: ({ agent }) => ({ message: `${agent.name} was adopted.`, agentId: agent.id }),
  audit: ({ agent }) => ({ name: agent.name, gateway_agent_id: agent.gateway_agent_id, managed: agent.managed }),
});
