import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

const Message = z.object({
  agent_id: z.uuid(),
  agent_name: z.string(),
  correlation_id: z.string().nullable(),
  /** Why it was not sent. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

const sent = (type: string, text: string) =>
  defineEvent({
    type,
    subject: 'message',
    schema: Message,
    activity: ({ agent_id, agent_name, correlation_id, error }) => ({
      message: error ? `${text} ${agent_name}: ${error.message}` : `${text} ${agent_name}.`,
      agentId: agent_id,
      data: { correlation_id, ...(error ? { code: error.code } : {}) },
    }),
    audit: ({ agent_id, correlation_id, error }) => ({ agent_id, correlation_id, code: error?.code ?? null }),
  });

const pair = (name: string, done: string, failed: string) => ({
  sent: sent(`${name}.sent`, done),
  failed: sent(`${name}.failed`, failed),
});

export const NUDGE = pair('agent.nudge', 'Nudged', 'Could not nudge');
export const ASK_USER = pair('gateway.lead.ask_user', 'The user is asked through', 'Could not ask the user through');
export const LEAD_MESSAGE = pair('gateway.main.lead_message', 'The main agent wrote to', 'Could not write to');

export const broadcastSent = defineEvent({
  type: 'gateway.main.lead_broadcast.sent',
  subject: 'message',
  schema: z.object({ sent: z.int(), failed: z.int(), correlation_id: z.string().nullable() }),
  activity: ({ sent: count, failed, correlation_id }) => ({
    message: `The main agent wrote to ${count} leads; ${failed} could not be reached.`,
    data: { sent: count, failed, correlation_id },
  }),
  audit: (data) => data,
});
