import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { PolicyExceptionRead } from './exceptions.schema.ts';

const ExceptionFact = z.object({ exception: PolicyExceptionRead });
export type ExceptionFact = z.infer<typeof ExceptionFact>;

const exceptionEvent = (type: string, word: string) =>
  defineEvent({
    type,
    subject: 'policy_exception',
    schema: ExceptionFact,
    topics: () => ['policies'],
    activity: ({ exception: { rule, policy_name, agent_slug, agent_id, until } }) => ({
      message: `Exception from ${policy_name}:${rule} for ${agent_slug} until ${until} ${word}.`,
      agentId: agent_id,
    }),
    audit: ({ exception: { id, policy_id, policy_name, rule, agent_id, reason, until } }) => ({
      ...{ exception_id: id, policy_id, policy: `${policy_name}:${rule}`, agent_id, reason, until },
    }),
  });

export const exceptionCreated = exceptionEvent('policy.exception_created', 'made');
export const exceptionDeleted = exceptionEvent('policy.exception_deleted', 'taken back');
