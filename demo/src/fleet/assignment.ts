import { HumanMessage } from '@langchain/core/messages';
import { z } from 'zod';

/** What the orchestrator gives a specialist to do; it stands as JSON at the end of the message. */
const Assignment = z.object({
  step: z.enum(['survey', 'read', 'measure', 'verify', 'write']),
  topic: z.string(),
  /** Words to search for. */
  terms: z.array(z.string()),
  /** Documents to work on, as paths. */
  sources: z.array(z.string()),
  /** What the steps before found, a sentence each. */
  findings: z.array(z.string()),
  /** Who asked to be told by mail. */
  mailTo: z.string().optional(),
});
export type Assignment = z.infer<typeof Assignment>;
export type StepName = Assignment['step'];

export const toMessage = (assignment: Assignment): HumanMessage =>
  new HumanMessage(`Work on "${assignment.topic}", step ${assignment.step}.\n${JSON.stringify(assignment)}`);

/** Reads the assignment back. Throws when the text holds none. */
export const parseAssignment = (text: string): Assignment =>
  Assignment.parse(JSON.parse(text.slice(text.indexOf('\n') + 1)));
