import type { BaseMessage, UsageMetadata } from '@langchain/core/messages';

const CHARACTERS_PER_TOKEN = 4;

/** About what a tokenizer would count. */
export const countTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

/**
 * Usage of one call as providers report it. What stood in the conversation before its last message was sent before and
 * counts as read from the cache.
 */
export function toUsage(messages: BaseMessage[], output: { text: string; reasoning: string }): UsageMetadata {
  const sizes = messages.map((message) => countTokens(message.text));
  const input = sizes.reduce((sum, size) => sum + size, 0);
  const reasoning = countTokens(output.reasoning);
  const outputTokens = reasoning + countTokens(output.text);
  const isFirstCall = !messages.some((message) => message.getType() === 'ai');
  return {
    input_tokens: input,
    output_tokens: outputTokens,
    total_tokens: input + outputTokens,
    input_token_details: { cache_read: isFirstCall ? 0 : input - (sizes.at(-1) ?? 0) },
    output_token_details: { reasoning },
  };
}
