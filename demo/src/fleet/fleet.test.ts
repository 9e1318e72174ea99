import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AIMessage, ToolMessage } from '@langchain/core/messages';
import { isAIMessage, isToolMessage } from '@langchain/core/messages';
import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../model/random.ts';
import { createTools } from '../tools/fleet-tools.ts';
import { type Library, openLibrary } from '../tools/library.ts';
import { type Assignment, type StepName, toMessage } from './assignment.ts';
import { createOrchestrator } from './orchestrator.ts';
import { createSpecialist } from './specialists.ts';
import { type Fault, planTask, type Task } from './task.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
const output = mkdtempSync(join(tmpdir(), 'fleet-out-'));
let library: Library;

beforeAll(async () => {
  writeFileSync(join(folder, 'boats.md'), '# Boats and sails\n\nA boat floats. See trains.md.\n');
  writeFileSync(join(folder, 'trains.md'), '# Trains\n\nA train is no boat. See boats.md.\n');
  library = await openLibrary(folder);
});

/** The graphs alone, as they run without Mission Control. */
function createGraphs() {
  const pace = { random: createRandom(1), slowness: 0.01 };
  const tools = createTools(library, output, { perSecond: 50, burst: 2 });
  const all = Object.values(tools);
  const conversations = new Map<StepName, (AIMessage | ToolMessage)[]>();
  const delegate = async (_name: string, assignment: Assignment) => {
    const specialist = createSpecialist('scripted', all, pace, { strict: assignment.step === 'verify' });
    const { messages } = await specialist.invoke({ messages: [toMessage(assignment)] });
    conversations.set(
      assignment.step,
      messages.filter((message) => isAIMessage(message) || isToolMessage(message)),
    );
    return messages;
  };
  return { conversations, orchestrator: createOrchestrator(pace, 'scripted', delegate) };
}

const task = (fault?: Fault): Task => ({ number: 1, topic: 'Boats', terms: ['boat', 'train', 'sails'], fault });

test('a task is five steps of three tool calls, and the summary stands in a file', async () => {
  const { conversations, orchestrator } = createGraphs();
  const { answer } = await orchestrator.invoke({ task: task() });
  expect(answer).toContain('Answer to Boats');
  expect([...conversations.keys()]).toEqual(['survey', 'read', 'measure', 'verify', 'write']);
  for (const messages of conversations.values()) expect(messages.find(isAIMessage)?.tool_calls).toHaveLength(3);
  expect(readdirSync(join(output, 'notes'))).toContain('boats.md');
  expect(readFileSync(join(output, 'notes', 'boats.md'), 'utf8')).toContain('survey of "Boats" is done.');
});

test('what the rate-limited service refuses is asked again and answered', async () => {
  const { conversations, orchestrator } = createGraphs();
  await orchestrator.invoke({ task: task() });
  const results = conversations.get('measure')?.filter(isToolMessage) ?? [];
  expect(results.filter(({ status }) => status === 'error').map(({ text }) => text)).toContainEqual(
    expect.stringContaining('429 Too Many Requests'),
  );
  expect(results.filter(({ status }) => status !== 'error')).toHaveLength(3);
});

test('a source that does not exist fails the task at its fourth step', async () => {
  const { conversations, orchestrator } = createGraphs();
  await expect(orchestrator.invoke({ task: task('missing source') })).rejects.toThrow('ENOENT');
  expect([...conversations.keys()]).toEqual(['survey', 'read', 'measure']);
});

test('a model call reports tokens, those of its reasoning and those read from the cache', {
  timeout: 60_000,
}, async () => {
  const { conversations, orchestrator } = createGraphs();
  await orchestrator.invoke({ task: task() });
  const [first, last] = conversations.get('survey')?.filter(isAIMessage) ?? [];
  expect(first?.usage_metadata?.input_token_details?.cache_read).toBe(0);
  expect(first?.usage_metadata?.output_token_details?.reasoning).toBeGreaterThan(10);
  expect(last?.usage_metadata?.input_token_details?.cache_read).toBeGreaterThan(0);
});

test('two of six tasks carry a fault, and one seed gives the same tasks again', async () => {
  const plan = async () => {
    const random = createRandom(3);
    const tasks: Task[] = [];
    for (let number = 1; number <= 6; number++) tasks.push(await planTask(library, number, random));
    return tasks;
  };
  const tasks = await plan();
  expect(tasks.map(({ fault }) => fault)).toEqual([
    undefined,
    'undeclared tool',
    'missing source',
    undefined,
    undefined,
    undefined,
  ]);
  expect(await plan()).toEqual(tasks);
});
