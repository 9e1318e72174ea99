import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

/** An agent does what it has not declared. */
export const declarationsDrifted = defineEvent({
  type: 'agent.declarations_drifted',
  subject: 'agent',
  schema: z.object({ agent_id: z.uuid(), name: z.string(), found: z.array(z.string()), total: z.int() }),
  topics: () => ['agents'],
  activity: ({ agent_id, name, found, total }) => ({
    message: `${name} does what it has not declared (${total}): ${found.slice(0, 3).join(' ')}`,
    agentId: agent_id,
    data: { found },
  }),
});
