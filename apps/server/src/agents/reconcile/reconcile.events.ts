import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { AgentRead } from '../registry/agents.schema.ts';
import { StepRecord } from './steps.schema.ts';

/** How far the work on an agent's gateway is; for live views only. */
export const agentProgressed = defineEvent({
  type: 'agent.progressed',
  subject: 'agent',
  schema: z.object({ agent: AgentRead, job_id: z.uuid(), steps: z.array(StepRecord) }),
  topics: () => ['agents'],
  streams: {
    agents: ({ data: { agent, job_id, steps } }) => ({ event: 'agent', data: { agent, job_id, steps } }),
  },
});
