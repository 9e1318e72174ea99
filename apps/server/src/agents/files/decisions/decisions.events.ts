import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { FileDecision } from './decisions.schema.ts';

const words = {
  keep: 'is kept beside ours',
  take_over: 'counts from now on',
  overwrite: 'is replaced by ours',
} as const;

/** Somebody said what becomes of a text that was found on a gateway. */
export const fileDecided = defineEvent({
  type: 'agent.file_decided',
  subject: 'agent',
  schema: z.object({
    agent_id: z.uuid(),
    agent_name: z.string(),
    name: z.string(),
    version_no: z.int(),
    decision: FileDecision,
  }),
  topics: () => ['agents'],
  activity: ({ agent_id, agent_name, name, decision }) => ({
    message: `What was found in ${name} of ${agent_name} ${words[decision]}.`,
    agentId: agent_id,
  }),
  audit: ({ agent_name, name, version_no, decision }) => ({ agent_name, name, version_no, decision }),
});
