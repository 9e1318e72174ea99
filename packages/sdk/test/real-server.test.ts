import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { fakeModel } from '@langchain/core/testing';
import { tool as langchainTool } from '@langchain/core/tools';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { createAgent } from 'langchain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Blocked, entrypoint, flush, init, llm, run, shutdown, step, tool } from '../src/index.ts';
import { guard, instrument } from '../src/langgraph/index.ts';
import { type RealServer, startRealServer } from './real-server.ts';

interface List<T> {
  items: T[];
}
type Fields = Record<string, unknown>;

let server: RealServer;
beforeAll(async () => {
  server = await startRealServer();
});
afterEach(() => shutdown());
afterAll(() => server.stop());

const start = (agent: string, options: Parameters<typeof init>[0] = {}) =>
  init({ agent, url: server.url, key: server.key, spoolDir: 'off', signals: false, ...options });
const listSteps = async (runId: unknown) => (await server.get<List<Fields>>(`/runs/${runId}/steps?limit=100`)).items;
const findRuns = async (slug: string) => {
  const { items } = await server.get<List<Fields>>('/runs?limit=100');
  return items.filter(({ agent_slug }) => agent_slug === slug);
};

/** Puts a policy into force. */
async function enforce(name: string, rules: string): Promise<void> {
  const source = `version: 1\nname: ${name}\nmode: enforce\nscope: { agent: ${name} }\nrules:\n${rules}\n`;
  const { id } = await server.post<{ id: string }>('/policies', { source });
  await server.post(`/policies/${id}/activate`, { version: 1, acknowledge_unobserved: true });
}
interface Pending extends Fields {
  id: string;
  args_hash: string;
}
/** Answers the next question of an agent as a person does. */
async function answer(decision: 'approved' | 'rejected', meanwhile: () => void = () => undefined): Promise<Pending> {
  const list = () => server.get<List<Pending>>('/approvals?kind=policy&status=pending');
  await expect.poll(async () => (await list()).items.length, { timeout: 20_000 }).toBe(1);
  const [pending] = (await list()).items;
  meanwhile();
  await server.post(`/approvals/${pending?.id}/decisions`, {
    decision,
    args_hash: pending?.args_hash,
    comment: 'Seen.',
  });
  return pending as Pending; // one is there
}

describe('against the real server', () => {
  it('a call that a policy holds back waits for people, and happens once and as they saw it', async () => {
    await enforce(
      'cashier',
      '  - { id: big, tools: { match: [pay], where: { amount: { lte: 10 } }, action: require_approval } }',
    );
    await start('cashier', { manifest: { tools: ['pay'] } });
    const paid: number[] = [];
    const pay = tool(({ amount }: { amount: number }) => paid.push(amount), { name: 'pay' });
    const outcome = async (args: { amount: number }, decide: Parameters<typeof answer>) => {
      const call = run(() => pay(args)).catch((error: unknown) => error);
      const [said] = await Promise.all([answer(...decide), call]);
      return [await call, said] as const;
    };
    const odd = { amount: 90, note: `\0${'long '.repeat(20_000)}` };
    const [, asked] = await outcome(odd, ['approved']);
    expect(asked).toMatchObject({
      rules: ['cashier@1:big'],
      payload: { args: { cut: expect.stringMatching(/^{"amount":90,"note":"\ufffdlong /) } },
    });
    const [denied] = await outcome({ amount: 91 }, ['rejected']);
    expect(denied).toMatchObject({ name: 'ApprovalDenied', resolution: 'rejected' });
    const changing = { amount: 92 };
    const [mismatch] = await outcome(changing, ['approved', () => (changing.amount = 9_000)]);
    expect(mismatch).toMatchObject({ name: 'Blocked', rule: 'grant.mismatch' });
    expect(paid).toEqual([90]);
    await flush();
    expect(await server.get(`/approvals/${asked.id}`)).toMatchObject({
      status: 'approved',
      consumed_at: expect.any(String),
    });
    const { items } = await server.get<List<Fields>>('/violations');
    const mine = items.filter(({ tool: name }) => name === 'pay');
    expect(mine.map(({ rule_ref, enforcement }) => [rule_ref, enforcement])).toEqual([
      ['grant.mismatch', 'blocked'],
      ['cashier@1:big', 'blocked'],
    ]);
    const [first] = (await findRuns('cashier')).slice(-1);
    expect((await listSteps(first?.id)).map(({ key }) => key)).toContain('root/tool:pay#1/human:approval#1');
  });

  it('a run arrives whole: steps, tokens, payloads redacted, outcome', async () => {
    await start('reporter', { manifest: { tools: ['lookup'] } });
    const lookup = tool((args: { who: string }) => ({ who: args.who, password: 'hunter2' }), {
      name: 'lookup',
      effect: 'read',
    });
    await run({ name: 'report', input: { task: 'write' } }, () =>
      step('research', async () => {
        const usage = { prompt_tokens: 1_200, completion_tokens: 34, prompt_tokens_details: { cached_tokens: 200 } };
        await llm({ model: 'gpt-5', provider: 'openai', input: [{ role: 'user', content: 'Who?' }] }, () => ({
          usage,
        }));
        await lookup({ who: 'ann@example.com' });
      }),
    );
    expect(await flush()).toBe(true);
    const [found] = await findRuns('reporter');
    expect(found).toMatchObject({
      status: 'ok',
      name: 'report',
      steps: 3,
      llm_calls: 1,
      tool_calls: 1,
      gap: false,
      tokens_input: 1_200,
    });
    const steps = await listSteps(found?.id);
    expect(steps.map(({ key }) => key)).toEqual([
      'root/other:research#1',
      'root/other:research#1/llm:gpt-5#1',
      'root/other:research#1/tool:lookup#1',
    ]);
    expect(steps[2]).toMatchObject({
      side_effect: 'read',
      in_payload: { v: { who: '[redacted:email]' } },
      out_payload: { v: { password: '[redacted:password]' }, fid: 'redacted' },
    });
  });

  it('a call that was never declared is stopped, and stands in the violations', async () => {
    let effects = 0;
    await start('careless', { manifest: { tools: ['read'] } });
    const remove = tool(() => ++effects, { name: 'remove' });
    const error = (await run(() => remove()).catch((caught: unknown) => caught)) as Blocked;
    await flush();
    expect(error).toBeInstanceOf(Blocked);
    expect(effects).toBe(0);
    const { items } = await server.get<List<Fields>>('/violations');
    expect(items.find(({ id }) => id === error.violationId)).toMatchObject({
      code: 'capability.tool_undeclared',
      agent_slug: 'careless',
      tool: 'remove',
      enforcement: 'blocked',
      step_key: 'root/tool:remove#1',
    });
  });
});

const toTool = (name: string, work: (query: string) => string) =>
  langchainTool(({ query }: { query: string }) => work(query), {
    name,
    description: name,
    schema: z.object({ query: z.string() }),
  });
const toAnswer = (content: string) =>
  new AIMessage({
    content,
    usage_metadata: { input_tokens: 50, output_tokens: 5, total_tokens: 55 },
    response_metadata: { finish_reason: 'stop' },
  });

describe('a LangGraph of two agents', () => {
  it('shows nodes, model calls, tools and the child run, and hands a block to the model', async () => {
    let effects = 0;
    await start('lead', {
      manifest: { tools: [], subagents: ['specialist'] },
      agents: [{ agent: 'specialist', manifest: { tools: ['search'] } }],
    });
    const tools = guard([toTool('search', (query) => `found ${query}`), toTool('delete', () => `${++effects}`)], {
      search: 'read',
    });
    const calls = ['search', 'delete'].map((name, i) => ({ name, args: { query: 'x' }, id: `call${i}` }));
    const model = fakeModel().respondWithTools(calls).respond(toAnswer('done'));
    const specialist = instrument(createReactAgent({ llm: model, tools }), { agent: 'specialist' });
    const graph = instrument(
      new StateGraph(MessagesAnnotation)
        .addNode('research', specialist)
        .addNode('write', async () => {
          await step('polish', () => 1);
          return { messages: [new AIMessage('written')] };
        })
        .addEdge(START, 'research')
        .addEdge('research', 'write')
        .addEdge('write', END)
        .compile(),
    );
    const main = entrypoint('lead', (input: { messages: HumanMessage[] }) => graph.invoke(input));
    const { messages } = await main({ messages: [new HumanMessage('go')] });
    await flush();

    expect(effects).toBe(0);
    expect(messages.map(({ content }) => content)).toContainEqual(
      expect.stringMatching(/not declared the tool "delete".*violation/),
    );
    const [lead] = await findRuns('lead');
    const [child] = await findRuns('specialist');
    expect(lead).toMatchObject({ status: 'ok', steps: 4, entrypoint: 'lead' });
    expect((await listSteps(lead?.id)).map(({ key }) => key)).toEqual([
      'root/other:research#1',
      'root/other:research#1/subagent:specialist#1',
      'root/other:write#1',
      'root/other:write#1/other:polish#1',
    ]);
    expect(child).toMatchObject({
      status: 'ok',
      parent_run_id: lead?.id,
      parent_step_key: 'root/other:research#1/subagent:specialist#1',
      llm_calls: 2,
      tool_calls: 2,
      blocked: 1,
      violations: 1,
      tokens_input: 50,
    });
    const steps = await listSteps(child?.id);
    expect(steps.map(({ key, status }) => `${key} ${status}`)).toEqual([
      'root/other:agent#1 ok',
      'root/other:agent#1/llm:FakeBuiltModel#1 ok',
      'root/other:tools#1 ok',
      'root/other:tools#1/tool:search#1 ok',
      'root/other:tools#1/tool:delete#1 blocked',
      'root/other:agent#2 ok',
      'root/other:agent#2/llm:FakeBuiltModel#1 ok',
    ]);
    expect(steps.at(-1)).toMatchObject({ finish: 'stop', out_payload: { v: { role: 'assistant', content: 'done' } } });
  });

  it('works with an agent of langchain, whose run it opens', async () => {
    await start('classic');
    const model = fakeModel()
      .respondWithTools([{ name: 'classic_search', args: { query: 'x' } }])
      .respond(toAnswer('done'));
    const tools = guard([toTool('classic_search', (query) => `found ${query}`)], { classic_search: 'read' });
    await instrument(createAgent({ model, tools }).graph, { name: 'classic' }).invoke({
      messages: [new HumanMessage('go')],
    });
    await flush();
    const [found] = await findRuns('classic');
    expect(found).toMatchObject({ status: 'ok', name: 'classic', llm_calls: 2, tool_calls: 1, blocked: 0 });
    expect((await listSteps(found?.id)).find(({ kind }) => kind === 'tool')).toMatchObject({
      side_effect: 'read',
      status: 'ok',
    });
  });

  it('warns of a tool without guard, shows it all the same, and reports a node that fails', async () => {
    await start('loose', { manifest: { tools: [] } });
    const warnings: string[] = [];
    const collect = (warning: Error) => warnings.push(warning.message);
    process.on('warning', collect);
    const model = fakeModel()
      .respondWithTools([{ name: 'free', args: { query: 'x' } }])
      .alwaysThrow(new Error('rate limited'));
    const graph = instrument(createReactAgent({ llm: model, tools: [toTool('free', () => 'ran')] }), {
      name: 'loose graph',
    });
    await graph.invoke({ messages: [new HumanMessage('go')] }).catch(() => undefined);
    await flush();
    process.off('warning', collect);
    const [found] = await findRuns('loose');
    expect(found).toMatchObject({ status: 'error', name: 'loose graph', error_message: 'rate limited' });
    const model1 = (await listSteps(found?.id)).find(({ kind }) => kind === 'llm');
    expect(model1).toMatchObject({ status: 'error', error_message: 'rate limited' });
  });
});
