import type { Tokens } from '../wire.ts';

/** What an answer of a model says of its cost. */
export interface Usage {
  tokens?: Tokens;
  finish?: string;
  responseId?: string;
}

type Fields = Record<string, unknown>;

/**
 * Reads usage, finish reason and id from an answer in the dialects of OpenAI (chat and responses, which DeepSeek and
 * Mistral speak), Anthropic, Bedrock (Converse) and Gemini. Input includes cached tokens, output includes reasoning:
 * Anthropic and Bedrock report input without its cache, Gemini output without its thoughts, so these are added.
 */
export function toUsage(answer: unknown): Usage {
  const fields = toFields(answer);
  const tokens = fields.usageMetadata
    ? toGeminiTokens(toFields(fields.usageMetadata))
    : toTokens(toFields(fields.usage));
  const choice = toFields(Array.isArray(fields.choices) ? fields.choices[0] : undefined);
  const finish = choice.finish_reason ?? fields.stop_reason;
  return {
    ...(tokens && { tokens }),
    ...(typeof finish === 'string' && { finish }),
    ...(typeof fields.id === 'string' && { responseId: fields.id.slice(0, 256) }),
  };
}

function toTokens(usage: Fields): Tokens | undefined {
  const input = toCount(usage.prompt_tokens ?? usage.input_tokens ?? usage.inputTokens);
  const output = toCount(usage.completion_tokens ?? usage.output_tokens ?? usage.outputTokens);
  if (input === undefined && output === undefined) return undefined;
  const inputDetails = toFields(usage.prompt_tokens_details ?? usage.input_tokens_details);
  const outputDetails = toFields(usage.completion_tokens_details ?? usage.output_tokens_details);
  const apartRead = toCount(usage.cache_read_input_tokens ?? usage.cacheReadInputTokens);
  const apartWrite = toCount(usage.cache_creation_input_tokens ?? usage.cacheWriteInputTokens);
  return dropUndefined({
    input: input === undefined ? undefined : input + (apartRead ?? 0) + (apartWrite ?? 0),
    cache_read: apartRead ?? toCount(inputDetails.cached_tokens ?? usage.prompt_cache_hit_tokens),
    cache_write: apartWrite,
    output,
    reasoning: toCount(outputDetails.reasoning_tokens),
  });
}

function toGeminiTokens(usage: Fields): Tokens {
  const [answer, thoughts] = [toCount(usage.candidatesTokenCount), toCount(usage.thoughtsTokenCount)];
  return dropUndefined({
    input: toCount(usage.promptTokenCount),
    cache_read: toCount(usage.cachedContentTokenCount),
    output: answer === undefined && thoughts === undefined ? undefined : (answer ?? 0) + (thoughts ?? 0),
    reasoning: thoughts,
  });
}

const toFields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

const toCount = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

const dropUndefined = (tokens: Record<string, number | undefined>): Tokens =>
  Object.fromEntries(Object.entries(tokens).filter(([, count]) => count !== undefined));
