import {
  type AIMessage,
  type BaseMessage,
  isAIMessage,
  isToolMessage,
  type ToolMessage,
} from '@langchain/core/messages';
import type { Call, Script, Turn } from '../model/scripted-model.ts';
import { type Assignment, parseAssignment, type StepName } from './assignment.ts';

const MAX_EXCERPT = 160;

/** The three calls of each step. */
const CALLS: Record<StepName, (assignment: Assignment) => Call[]> = {
  survey: ({ terms }) => terms.map((term) => ({ name: 'docs/search', args: { term } })),
  read: ({ sources }) => sources.map((path, n) => ({ name: 'docs/read', args: { path, from: 1 + 40 * n } })),
  measure: ({ sources }) => sources.map((path) => ({ name: 'index/related', args: { path } })),
  verify: ({ sources: [first, second, third] }) => [
    { name: 'stats/count', args: { path: first } },
    { name: 'docs/outline', args: { path: second } },
    { name: 'docs/read', args: { path: third, from: 1 } },
  ],
  write: ({ topic, findings, sources, mailTo }) => [
    { name: 'notes/save', args: { name: `${toFileName(topic)}.md`, text: `# ${topic}\n\n${findings.join('\n\n')}\n` } },
    { name: 'notes/save', args: { name: `${toFileName(topic)}-sources.md`, text: sources.join('\n') } },
    mailTo
      ? { name: 'mail/send', args: { to: mailTo, text: `The summary of "${topic}" is ready.` } }
      : { name: 'notes/save', args: { name: 'latest.md', text: topic } },
  ],
};

const REASONS: Record<StepName, string> = {
  survey: 'I do not know yet where this is written. Three searches with different words cover more than one.',
  read: 'The survey names these documents. I read each from another place, so that the excerpts differ.',
  measure: 'How often a document is referred to says how much weight it carries. I ask the link index for each.',
  verify: 'Before anything is written, each source is opened once more: size, headings, the cited lines.',
  write: 'The findings are complete. I save the summary and its sources, and tell who asked for it.',
};

/** So often a call is made that is refused for coming too fast; then the specialist goes on without it. */
const MAX_TRIES = 8;

/** A specialist: three calls, again those that were refused for coming too fast, then a summary of what came back. */
export const specialistScript: Script = (messages) => {
  const assignment = parseAssignment(messages.find((message) => message.getType() === 'human')?.text ?? '');
  const asked = messages.findLast(isAIMessage);
  if (!asked) return askFor(assignment);
  const results = messages.slice(messages.indexOf(asked) + 1).filter(isToolMessage);
  const limited = findCalls(asked, results.filter(isRateLimited));
  const tries = messages.filter(isAIMessage).length;
  return limited.length > 0 && tries < MAX_TRIES
    ? askAgain(limited)
    : summarize(assignment, messages.filter(isToolMessage));
};

const askFor = (assignment: Assignment): Turn => ({
  reasoning: REASONS[assignment.step],
  text: `I start with ${assignment.step} for "${assignment.topic}".`,
  calls: CALLS[assignment.step](assignment),
});

const askAgain = (calls: Call[]): Turn => ({
  reasoning: `${calls.length} of my calls came too fast for the service. The others are answered; I repeat only these.`,
  text: 'The service asked me to slow down, so I try again.',
  calls,
});

function summarize({ step, topic }: Assignment, results: ToolMessage[]): Turn {
  const usable = results.filter((result) => result.status !== 'error');
  const refused = results.filter((result) => result.status === 'error' && !isRateLimited(result));
  const excerpts = usable.map(
    (result) => `${result.name}: ${result.text.replaceAll(/\s+/g, ' ').slice(0, MAX_EXCERPT)}`,
  );
  const refusals = refused.map((result) => `${result.name} was refused, so I went on without it: ${result.text}`);
  return {
    reasoning: `${usable.length} results are usable${refused.length > 0 ? ` and ${refused.length} call was refused` : ''}; together they answer the step.`,
    text: [`${step} of "${topic}" is done.`, ...excerpts, ...refusals].join('\n'),
    calls: [],
  };
}

const isRateLimited = (result: ToolMessage): boolean => result.status === 'error' && result.text.includes('429');

const findCalls = (asked: AIMessage, results: ToolMessage[]): Call[] =>
  (asked.tool_calls ?? [])
    .filter((call) => results.some((result) => result.tool_call_id === call.id))
    .map(({ name, args }) => ({ name, args }));

/** The orchestrator: a plan first, and in the end the answer made of the findings. */
export const orchestratorScript: Script = (messages: BaseMessage[]) => {
  const [question, ...findings] = messages.map((message) => message.text);
  if (findings.length === 0)
    return {
      reasoning: 'Five steps: find the places, read them, weigh them, check them, and only then write.',
      text: `Plan for ${question}: survey and read (researcher), measure and verify (analyst), write (writer).`,
      calls: [],
    };
  return {
    reasoning: `All ${findings.length} steps came back without contradiction, and each names its sources.`,
    text: `Answer to ${question}\n${findings.map((finding) => `- ${finding.split('\n')[0]}`).join('\n')}`,
    calls: [],
  };
};

const toFileName = (topic: string): string =>
  topic
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60) || 'note';
