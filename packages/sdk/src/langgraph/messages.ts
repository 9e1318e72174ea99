import { type AIMessage, type BaseMessage, isBaseMessage } from '@langchain/core/messages';
import type { LLMResult } from '@langchain/core/outputs';
import type { StepClosing } from '../runs/step.ts';
import type { Tokens } from '../wire.ts';

/** LangChain's words for what every provider calls by its role. */
const ROLES: Record<string, string> = { human: 'user', ai: 'assistant' };

/** A message without LangChain's wrapping. */
function toPlainMessage(message: BaseMessage): unknown {
  const { content, name } = message;
  const { tool_calls: calls, tool_call_id: callId } = message as BaseMessage & {
    tool_calls?: unknown[];
    tool_call_id?: string;
  };
  return {
    role: ROLES[message.getType()] ?? message.getType(),
    content,
    ...(name && { name }),
    ...(calls?.length && { tool_calls: calls }),
    ...(callId && { tool_call_id: callId }),
  };
}

/** A value of a graph (its state, a command) with plain messages in place of LangChain's, two levels deep. */
export function toPlain(value: unknown, depth = 2): unknown {
  if (isBaseMessage(value)) return toPlainMessage(value);
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => toPlain(item, depth - 1));
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item, depth)])) : value;
}

/** The answer of a chat model; undefined when it gave plain text only. */
export function findAnswer(result: LLMResult): AIMessage | undefined {
  const generation = result.generations[0]?.[0];
  return generation && 'message' in generation ? (generation.message as AIMessage) : undefined;
}

type ModelClosing = Pick<StepClosing, 'tokens' | 'finish' | 'responseId'>;

/** Usage, finish reason and id of a model's answer. LangChain's input already includes cached tokens. */
export function toModelClosing(answer: AIMessage | undefined): ModelClosing {
  const metadata = answer?.response_metadata ?? {};
  const finish: unknown = metadata.finish_reason ?? metadata.stop_reason;
  const tokens = toTokens(answer);
  return {
    ...(tokens && { tokens }),
    ...(typeof finish === 'string' && { finish }),
    ...(answer?.id && { responseId: answer.id }),
  };
}

function toTokens(answer: AIMessage | undefined): Tokens | undefined {
  const usage = answer?.usage_metadata;
  if (!usage) return undefined;
  const { cache_read, cache_creation } = usage.input_token_details ?? {};
  const { reasoning } = usage.output_token_details ?? {};
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    ...(cache_read !== undefined && { cache_read }),
    ...(cache_creation !== undefined && { cache_write: cache_creation }),
    ...(reasoning !== undefined && { reasoning }),
  };
}

/** The blocks of reasoning in a model's answer, in the dialects of LangChain, Anthropic and DeepSeek. */
export function listReasoning(answer: AIMessage | undefined): string[] {
  if (!answer) return [];
  const apart: unknown = answer.additional_kwargs.reasoning_content;
  const blocks: unknown[] = Array.isArray(answer.content) ? answer.content : [];
  const texts = blocks.map((block) => {
    const { type, reasoning, thinking } = block as { type?: string; reasoning?: unknown; thinking?: unknown };
    return type === 'reasoning' || type === 'thinking' ? (reasoning ?? thinking) : undefined;
  });
  return [apart, ...texts].filter((text): text is string => typeof text === 'string' && text !== '');
}
