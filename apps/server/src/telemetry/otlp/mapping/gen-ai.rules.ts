import type { Attributes, Span } from '../wire/span.ts';
import { findJson, findText, readTokens, type TokenKeys, unflatten } from './attributes.rules.ts';
import type { Classified, Mapper } from './classified.ts';

/** Three generations of names for the same counts. */
const TOKENS: TokenKeys = {
  input: ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.usage.prompt_tokens'],
  output: ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.usage.completion_tokens'],
  cache_read: [
    ...['gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens'],
    ...['gen_ai.usage.input_tokens.cached'],
  ],
  cache_write: [
    ...['gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
    ...['gen_ai.usage.cache_write_input_tokens', 'gen_ai.usage.cache_creation_input_tokens'],
  ],
  reasoning: ['gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens'],
};

type Operation = Pick<Classified, 'role' | 'sideEffect'>;

const OPERATIONS: Record<string, Operation> = {
  ...{ chat: { role: 'llm' }, generate_content: { role: 'llm' }, text_completion: { role: 'llm' } },
  ...{ invoke_agent: { role: 'run' }, invoke_workflow: { role: 'run' } },
  ...{ execute_tool: { role: 'tool' }, plan: { role: 'reasoning' } },
  ...{ embeddings: read(), retrieval: read(), search_memory: read() },
  ...{ create_memory: write(), update_memory: write(), upsert_memory: write(), delete_memory: write() },
};

function read(): Operation {
  return { role: 'tool', sideEffect: 'read' };
}
function write(): Operation {
  return { role: 'tool', sideEffect: 'idempotent_write' };
}

/** Conventions since 1.37 and their own repository: an operation says what the span is. */
export const readGenAi: Mapper = (attributes, span) => {
  const operation = OPERATIONS[findText(attributes, 'gen_ai.operation.name') ?? ''];
  if (!operation) return null;
  return { ...operation, mapper: 'gen_ai@2', ...readCommon(attributes, span, operation.role) };
};

/** Conventions up to 1.36, where a span of a model names its system. */
export const readGenAiEarly: Mapper = (attributes, span) =>
  findText(attributes, 'gen_ai.system') === undefined || findText(attributes, 'gen_ai.request.model') === undefined
    ? null
    : { role: 'llm', mapper: 'gen_ai@1', ...readCommon(attributes, span, 'llm') };

/** What is neither, but has a name of these conventions. */
export const readHints: Mapper = (attributes, span) => {
  const role = hintOf(attributes);
  return role === undefined ? null : { role, mapper: 'hints@1', ...readCommon(attributes, span, role) };
};

function hintOf(attributes: Attributes): 'tool' | 'llm' | undefined {
  if (findText(attributes, 'gen_ai.tool.name', 'gen_ai.tool.call.id') !== undefined) return 'tool';
  if (findText(attributes, 'gen_ai.request.model') !== undefined) return 'llm';
  return attributes['mcp.session.id'] === undefined && attributes['jsonrpc.request.id'] === undefined
    ? undefined
    : 'tool';
}

function readCommon(attributes: Attributes, span: Span, role: Classified['role']) {
  const isTool = role === 'tool';
  return {
    name: isTool ? findText(attributes, 'gen_ai.tool.name', 'mcp.tool.name') : undefined,
    agentName: findText(attributes, 'gen_ai.agent.name'),
    agentId: findText(attributes, 'gen_ai.agent.id'),
    model: findText(attributes, 'gen_ai.response.model', 'gen_ai.request.model'),
    provider: findText(attributes, 'gen_ai.provider.name', 'gen_ai.system')?.toLowerCase(),
    tokens: readTokens(attributes, TOKENS),
    finish: readFinish(attributes),
    session: findText(attributes, 'gen_ai.conversation.id'),
    input: isTool ? findJson(attributes, 'gen_ai.tool.call.arguments') : readMessages(attributes, span, IN),
    output: isTool ? findJson(attributes, 'gen_ai.tool.call.result') : readMessages(attributes, span, OUT),
  };
}

interface MessageKeys {
  whole: string;
  indexed: string;
  isEvent(name: string): boolean;
}

const IN: MessageKeys = {
  whole: 'gen_ai.input.messages',
  indexed: 'gen_ai.prompt',
  isEvent: (name) => /^gen_ai\.(?:system|user|assistant|tool)\.message$/.test(name),
};
const OUT: MessageKeys = {
  whole: 'gen_ai.output.messages',
  indexed: 'gen_ai.completion',
  isEvent: (name) => name === 'gen_ai.choice',
};

/** Messages: one attribute, attributes with an index, or an event each. */
function readMessages(attributes: Attributes, { events }: Span, { whole, indexed, isEvent }: MessageKeys): unknown {
  const found = findJson(attributes, whole) ?? unflatten(attributes, indexed);
  if (found !== undefined) return found;
  const messages = events.filter(({ name }) => isEvent(name)).map((event) => event.attributes);
  return messages.length > 0 ? messages : undefined;
}

function readFinish(attributes: Attributes): string | undefined {
  const reasons = attributes['gen_ai.response.finish_reasons'] ?? attributes['gen_ai.completion.0.finish_reason'];
  const [first] = Array.isArray(reasons) ? reasons : [reasons];
  return typeof first === 'string' ? first : undefined;
}
