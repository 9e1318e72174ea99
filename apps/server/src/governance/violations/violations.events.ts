import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { Violation } from './violations.schema.ts';

const data = z.object({ violation: Violation });
const topics = () => ['violations'];

const toDetails = ({ id, agent_id, run_id, tool, code, explanation, args_hash, state, note, ...more }: Violation) => ({
  ...{ violation_id: id, agent_id, run_id, tool, code, explanation, args_hash, state, note },
  ...{ policy: more.rule_ref, assignee_user_id: more.assignee_user_id },
});

export const violationCreated = defineEvent({
  type: 'violation.created',
  subject: 'violation',
  schema: data,
  topics,
  // What would have been blocked is telemetry.
  audit: ({ violation }) =>
    violation.enforcement === 'blocked' ? { ...toDetails(violation), result: violation.enforcement } : undefined,
});

export const violationUpdated = defineEvent({
  type: 'violation.updated',
  subject: 'violation',
  schema: data,
  topics,
  audit: ({ violation }) => toDetails(violation),
});
