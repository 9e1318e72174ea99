import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { AgentRead } from '../registry/agents.schema.ts';

export const soulUpdated = defineEvent({
  type: 'agent.soul.updated',
  subject: 'agent',
  schema: z.object({
    agent: AgentRead,
    version_no: z.int(),
    source_url: z.string().nullable(),
    reason: z.string().nullable(),
  }),
  topics: () => ['agents'],
  streams: { agents: ({ data: { agent } }) => ({ event: 'agent', data: { agent } }) },
  activity: ({ agent, version_no, source_url, reason }) => ({
    message: `The soul of ${agent.name} was updated.`,
    agentId: agent.id,
    data: { version_no, source_url, reason },
  }),
  audit: ({ agent, version_no, source_url }) => ({ name: agent.name, version_no, source_url }),
});
