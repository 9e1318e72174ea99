import { describe, expect, it } from 'vitest';
import type { Attributes, Span } from '../wire/span.ts';
import type { TokenCounts } from './classified.ts';
import { classify } from './classify.rules.ts';

const toSpan = (attributes: Attributes, more: Partial<Span> = {}): Span => ({
  ...{ traceId: '1'.repeat(32), spanId: '2'.repeat(16), parentSpanId: null, name: 'span', startedUs: 1, endedUs: 2 },
  ...{ isError: false, message: null, attributes, events: [], resource: {} },
  ...more,
});
const read = (attributes: Attributes, more?: Partial<Span>) => classify(toSpan(attributes, more));
const tokens = (input: number, output: number, more: Partial<TokenCounts> = {}): TokenCounts => ({
  ...{ input, output, cache_read: 0, cache_write: 0, reasoning: 0, ...more },
});

describe('gen_ai', () => {
  it('of 1.37 and later is known by its operation', () => {
    const attributes = {
      ...{ 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'anthropic', 'gen_ai.request.model': 'claude' },
      ...{ 'gen_ai.response.model': 'claude-4', 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5 },
      ...{ 'gen_ai.usage.cache_read.input_tokens': 100, 'gen_ai.usage.cache_creation.input_tokens': 20 },
      ...{ 'gen_ai.input.messages': '[{"role":"user"}]', 'gen_ai.response.finish_reasons': ['stop'] },
      'gen_ai.conversation.id': 'c1',
    };
    expect(read(attributes)).toMatchObject({
      ...{ role: 'llm', mapper: 'gen_ai@2', model: 'claude-4', provider: 'anthropic', finish: 'stop', session: 'c1' },
      ...{ input: [{ role: 'user' }], tokens: tokens(130, 5, { cache_read: 100, cache_write: 20 }) },
    });
    const roles = ['invoke_agent', 'invoke_workflow', 'execute_tool', 'plan', 'embeddings', 'upsert_memory'].map(
      (operation) => read({ 'gen_ai.operation.name': operation })?.role,
    );
    expect(roles).toEqual(['run', 'run', 'tool', 'reasoning', 'tool', 'tool']);
    expect(read({ 'gen_ai.operation.name': 'retrieval' })?.sideEffect).toBe('read');
    expect(read({ 'gen_ai.operation.name': 'create_agent' })).toBeNull();
  });

  it('of 1.36 and earlier is known by its system, with messages one by one', () => {
    const early = { 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-4' };
    const indexed = {
      ...{ 'gen_ai.prompt.0.role': 'user', 'gen_ai.prompt.0.content': 'hi', 'gen_ai.prompt.10.role': 'x' },
      ...{ 'gen_ai.completion.0.content': 'yo', 'gen_ai.usage.prompt_tokens': 7, 'gen_ai.usage.completion_tokens': 3 },
    };
    expect(read({ ...early, ...indexed })).toMatchObject({
      ...{ role: 'llm', mapper: 'gen_ai@1', tokens: tokens(7, 3), output: [{ content: 'yo' }] },
      input: [{ role: 'user', content: 'hi' }, { role: 'x' }],
    });
    const events = [
      { name: 'gen_ai.user.message', attributes: { content: 'hi' } },
      { name: 'gen_ai.choice', attributes: { index: 0 } },
      { name: 'other', attributes: {} },
    ];
    expect(read(early, { events })).toMatchObject({ input: [{ content: 'hi' }], output: [{ index: 0 }] });
  });

  it('is guessed from what else carries its names, and nothing else is taken', () => {
    expect(read({ 'gen_ai.tool.call.id': 'c' })).toMatchObject({ role: 'tool', mapper: 'hints@1' });
    expect(read({ 'gen_ai.request.model': 'm' })).toMatchObject({ role: 'llm' });
    expect(read({ 'mcp.session.id': 's' })).toMatchObject({ role: 'tool' });
    expect(read({ 'http.request.method': 'GET', 'db.system': 'postgresql' })).toBeNull();
  });
});

it('OpenInference is known by its kind', () => {
  const llm = {
    ...{ 'openinference.span.kind': 'LLM', 'llm.model_name': 'gpt-4o', 'llm.provider': 'openai' },
    ...{ 'llm.token_count.prompt': 200, 'llm.token_count.completion': 40, 'llm.token_count.total': 240 },
    ...{ 'llm.token_count.prompt_details.cache_read': 50, 'llm.token_count.completion_details.reasoning': 8 },
    ...{ 'llm.input_messages.0.message.role': 'user', 'llm.input_messages.0.message.content': 'hi' },
    ...{ 'output.value': '{"a":1}', 'session.id': 's', 'user.id': 'u' },
  };
  expect(read(llm)).toMatchObject({
    ...{
      role: 'llm',
      mapper: 'openinference@1',
      model: 'gpt-4o',
      tokens: tokens(200, 40, { cache_read: 50, reasoning: 8 }),
    },
    ...{ input: [{ role: 'user', content: 'hi' }], output: { a: 1 }, session: 's', user: 'u' },
  });
  expect(read({ 'openinference.span.kind': 'RETRIEVER' })).toMatchObject({
    name: 'retrieval/span',
    sideEffect: 'read',
  });
  expect(read({ 'openinference.span.kind': 'CHAIN' })).toMatchObject({ role: 'run', nested: 'other' });
  expect(read({ 'openinference.span.kind': 'AGENT', 'agent.name': 'a' })).toMatchObject({
    role: 'run',
    agentName: 'a',
  });
  expect(read({ 'openinference.span.kind': 'TOOL', 'tool.name': 't', 'tool.parameters': '{"q":1}' })).toMatchObject({
    ...{ role: 'tool', name: 't', input: { q: 1 } },
  });
});

it('Traceloop is known by its kind, and its models by early gen_ai', () => {
  const workflow = {
    'traceloop.span.kind': 'workflow',
    'traceloop.entity.name': 'joke',
    'traceloop.entity.input': '{}',
  };
  expect(read(workflow)).toMatchObject({ role: 'run', agentName: 'joke', input: {} });
  expect(read({ 'traceloop.span.kind': 'task', 'traceloop.entity.name': 't' })).toMatchObject({ role: 'other' });
  const model = { 'gen_ai.system': 'OpenAI', 'gen_ai.request.model': 'm', 'llm.usage.total_tokens': 9 };
  expect(read({ ...model, 'gen_ai.usage.cache_read_input_tokens': 2, 'gen_ai.usage.input_tokens': 6 })).toMatchObject({
    tokens: tokens(6, 0, { cache_read: 2 }),
  });
});

it('the Vercel AI SDK is known by its operation', () => {
  expect(read({ 'ai.operationId': 'ai.generateText', 'ai.telemetry.functionId': 'f' })).toMatchObject({
    ...{ role: 'run', nested: 'other', agentName: 'f' },
  });
  const call = { 'ai.operationId': 'ai.generateText.doGenerate', 'ai.model.id': 'gpt-4o', 'ai.usage.promptTokens': 4 };
  expect(read({ ...call, 'ai.response.text': 'hi', 'gen_ai.system': 'openai' })).toMatchObject({
    ...{ role: 'llm', mapper: 'vercel@1', model: 'gpt-4o', tokens: tokens(4, 0), output: 'hi' },
  });
  // Newer versions speak gen_ai too: that is first, and what it leaves empty the other fills.
  expect(read({ ...call, 'gen_ai.system': 'openai', 'gen_ai.request.model': 'gpt-4o' })).toMatchObject({
    ...{ role: 'llm', mapper: 'gen_ai@1', tokens: tokens(4, 0) },
  });
  const tool = { 'operation.name': 'ai.toolCall weather', 'ai.toolCall.name': 'w', 'ai.toolCall.args': '{"c":"Rome"}' };
  expect(read(tool)).toMatchObject({ role: 'tool', name: 'w', input: { c: 'Rome' } });
  expect(read({ 'ai.operationId': 'ai.streamText.doStream' })?.role).toBe('llm');
  expect(read({ 'ai.operationId': 'ai.embed.doEmbed' })).toMatchObject({ role: 'tool', sideEffect: 'read' });
});

it('our own attributes win, and name the agent from the resource too', () => {
  const both = { 'mc.step.kind': 'human', 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' };
  expect(read(both, { resource: { 'mc.agent.slug': 'a' } })).toMatchObject({
    ...{ role: 'human', mapper: 'own@1', agentSlug: 'a', model: 'm' },
  });
});
