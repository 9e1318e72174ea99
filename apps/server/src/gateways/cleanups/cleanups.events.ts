import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

/** An agent that stands on its gateway although it was deleted here. */
export const cleanupFailed = defineEvent({
  type: 'gateway.cleanup_failed',
  subject: 'gateway',
  schema: z.object({ gateway_agent_id: z.string(), error: z.object({ code: z.string(), message: z.string() }) }),
  activity: ({ gateway_agent_id, error }) => ({
    type: 'agent.delete.failed',
    message: `${gateway_agent_id} was not removed from its gateway: ${error.message}`,
    data: { gateway_agent_id, code: error.code },
  }),
});
