import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

/** What was usual for an agent was forgotten. */
export const baselineReset = defineEvent({
  type: 'baseline.reset',
  subject: 'agent',
  schema: z.object({ agent_id: z.uuid(), runs: z.int() }),
  activity: ({ agent_id }) => ({ message: 'What is usual is learned anew.', agentId: agent_id }),
  audit: ({ agent_id, runs }) => ({ agent_id, runs }),
});
