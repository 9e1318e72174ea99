import { findJson, findText, readTokens, type TokenKeys } from './attributes.rules.ts';
import type { Classified, Mapper } from './classified.ts';

const TOKENS: TokenKeys = {
  input: ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens'],
  output: ['ai.usage.outputTokens', 'ai.usage.completionTokens'],
  cache_read: ['ai.usage.cachedInputTokens', 'ai.usage.inputTokenDetails.cacheReadTokens'],
  cache_write: ['ai.usage.inputTokenDetails.cacheWriteTokens'],
  reasoning: ['ai.usage.reasoningTokens', 'ai.usage.outputTokenDetails.reasoningTokens'],
};

const INFERENCE = /^ai\.\w+\.do(?:Generate|Stream)$/;
const EMBEDDER = /^ai\.embed(?:Many)?$/;
const EMBEDDING = /^ai\.embed(?:Many)?\.doEmbed$/;

/** The Vercel AI SDK (`experimental_telemetry`). */
export const readVercel: Mapper = (attributes) => {
  // `operation.name` has the function's id behind the operation.
  const operation = findText(attributes, 'ai.operationId') ?? findText(attributes, 'operation.name')?.split(' ')[0];
  const role = operation === undefined ? undefined : roleOf(operation);
  if (role === undefined) return null;
  return {
    role,
    nested: role === 'run' ? 'other' : undefined,
    mapper: 'vercel@1',
    name: findText(attributes, 'ai.toolCall.name'),
    agentName: findText(attributes, 'ai.telemetry.functionId'),
    sideEffect: operation !== undefined && EMBEDDING.test(operation) ? 'read' : undefined,
    model: findText(attributes, 'ai.response.model', 'ai.model.id'),
    provider: findText(attributes, 'ai.model.provider'),
    // Embedding is no call of a model, whose tokens these would be.
    tokens: operation !== undefined && EMBEDDER.test(operation) ? undefined : readTokens(attributes, TOKENS),
    finish: findText(attributes, 'ai.response.finishReason'),
    session: findText(attributes, 'ai.telemetry.metadata.sessionId'),
    user: findText(attributes, 'ai.telemetry.metadata.userId'),
    input: findJson(attributes, 'ai.toolCall.args', 'ai.prompt.messages', 'ai.prompt', 'ai.value'),
    output: findJson(
      attributes,
      'ai.toolCall.result',
      'ai.response.toolCalls',
      'ai.response.text',
      'ai.response.object',
    ),
  };
};

function roleOf(operation: string): Classified['role'] | undefined {
  if (!operation.startsWith('ai.')) return undefined;
  if (operation === 'ai.toolCall') return 'tool';
  if (EMBEDDING.test(operation)) return 'tool';
  return INFERENCE.test(operation) ? 'llm' : 'run';
}
