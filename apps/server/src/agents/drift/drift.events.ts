import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

/** What stood on a gateway was not what we had put there. */
export const agentDrifted = defineEvent({
  type: 'agent.drifted',
  subject: 'agent',
  schema: z.object({ agent_id: z.uuid(), name: z.string(), found: z.array(z.string()) }),
  activity: ({ agent_id, name, found }) => ({
    message: `${name} was changed on its gateway: ${found.join(', ')}. It is put right.`,
    agentId: agent_id,
    data: { found },
  }),
});
