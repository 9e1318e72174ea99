import { type BaseMessage, HumanMessage, isToolMessage } from '@langchain/core/messages';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { z } from 'zod';
import { type Pace, ScriptedModel } from '../model/scripted-model.ts';
import type { Assignment, StepName } from './assignment.ts';
import { orchestratorScript } from './scripts.ts';
import type { Task } from './task.ts';

export type SpecialistName = 'researcher' | 'analyst' | 'writer';

/** Has a specialist do a step; resolves to the whole conversation it led. */
export type Delegate = (specialist: SpecialistName, assignment: Assignment) => Promise<BaseMessage[]>;

const State = Annotation.Root({
  task: Annotation<Task>,
  sources: Annotation<string[]>,
  findings: Annotation<string[]>({ reducer: (before, more) => [...before, ...more], default: () => [] }),
  answer: Annotation<string>,
});
type State = typeof State.State;

const SOURCES = 3;
const MISSING = 'docs/decisions/9999-not-written-yet.md';
const Hits = z.array(z.object({ path: z.string() }));

/** Plans, has five steps done one after the other, and answers. */
export function createOrchestrator(pace: Pace, model: string, delegate: Delegate) {
  const llm = new ScriptedModel({ model, script: orchestratorScript, pace });
  const ask = async (messages: string[]) => (await llm.invoke(messages.map((text) => new HumanMessage(text)))).text;

  const step = (name: StepName, specialist: SpecialistName) => async (state: State) => {
    const messages = await delegate(specialist, toAssignment(name, state));
    const sources = name === 'survey' ? listSources(messages) : state.sources;
    return { sources, findings: [messages.at(-1)?.text ?? ''] };
  };

  return new StateGraph(State)
    .addNode('plan', async ({ task }: State) => ({ answer: await ask([task.topic]) }))
    .addNode('survey', step('survey', 'researcher'))
    .addNode('read', step('read', 'researcher'))
    .addNode('measure', step('measure', 'analyst'))
    .addNode('verify', step('verify', 'analyst'))
    .addNode('write', step('write', 'writer'))
    .addNode('conclude', async ({ task, findings }: State) => ({ answer: await ask([task.topic, ...findings]) }))
    .addEdge(START, 'plan')
    .addEdge('plan', 'survey')
    .addEdge('survey', 'read')
    .addEdge('read', 'measure')
    .addEdge('measure', 'verify')
    .addEdge('verify', 'write')
    .addEdge('write', 'conclude')
    .addEdge('conclude', END)
    .compile();
}

function toAssignment(step: StepName, { task, sources, findings }: State): Assignment {
  const cited = task.fault === 'missing source' && step === 'verify' ? [...sources.slice(0, -1), MISSING] : sources;
  const wantsMail = task.fault === 'undeclared tool' && step === 'write';
  return {
    step,
    topic: task.topic,
    terms: task.terms,
    sources: cited ?? [],
    findings,
    ...(wantsMail && { mailTo: 'editor@example.com' }),
  };
}

/** The documents that the searches hit, at least one and three in all, so that every step has three calls. */
function listSources(messages: BaseMessage[]): string[] {
  const hits = messages.filter(isToolMessage).flatMap((message) => Hits.parse(JSON.parse(message.text)));
  const paths = [...new Set(hits.map(({ path }) => path))];
  if (paths.length === 0) throw new Error('The survey found nothing to read.');
  return Array.from({ length: SOURCES }, (_, n) => paths[n % paths.length] as string);
}
