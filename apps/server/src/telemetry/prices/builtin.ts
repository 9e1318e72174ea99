import { createPriceLookup, type Price } from './prices.rules.ts';

/** List prices of common models per million tokens in US dollars, as published in 2025. */
export const BUILTIN_PRICES: readonly Price[] = [
  { provider: 'openai', model: 'gpt-5*', input: 1.25, output: 10, cacheRead: 0.125 },
  { provider: 'openai', model: 'gpt-5-mini*', input: 0.25, output: 2, cacheRead: 0.025 },
  { provider: 'openai', model: 'gpt-5-nano*', input: 0.05, output: 0.4, cacheRead: 0.005 },
  { provider: 'openai', model: 'gpt-4.1*', input: 2, output: 8, cacheRead: 0.5 },
  { provider: 'openai', model: 'gpt-4.1-mini*', input: 0.4, output: 1.6, cacheRead: 0.1 },
  { provider: 'openai', model: 'gpt-4.1-nano*', input: 0.1, output: 0.4, cacheRead: 0.025 },
  { provider: 'openai', model: 'gpt-4o*', input: 2.5, output: 10, cacheRead: 1.25 },
  { provider: 'openai', model: 'gpt-4o-mini*', input: 0.15, output: 0.6, cacheRead: 0.075 },
  { provider: 'openai', model: 'o3*', input: 2, output: 8, cacheRead: 0.5 },
  { provider: 'openai', model: 'o4-mini*', input: 1.1, output: 4.4, cacheRead: 0.275 },
  { provider: 'anthropic', model: 'claude-opus-4*', input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 },
  { provider: 'anthropic', model: 'claude-opus-4-5*', input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
  { provider: 'anthropic', model: 'claude-sonnet-4*', input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
  { provider: 'anthropic', model: 'claude-haiku-4-5*', input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
  { provider: 'anthropic', model: 'claude-3-5-haiku*', input: 0.8, output: 4, cacheRead: 0.08, cacheWrite: 1 },
  { provider: 'google', model: 'gemini-2.5-pro*', input: 1.25, output: 10, cacheRead: 0.125 },
  { provider: 'google', model: 'gemini-2.5-flash*', input: 0.3, output: 2.5, cacheRead: 0.03 },
  { provider: 'google', model: 'gemini-2.5-flash-lite*', input: 0.1, output: 0.4, cacheRead: 0.01 },
  { provider: 'deepseek', model: 'deepseek-*', input: 0.28, output: 0.42, cacheRead: 0.028 },
  { provider: 'aws.bedrock', model: 'amazon.nova-pro-*', input: 0.8, output: 3.2, cacheRead: 0.2 },
  { provider: 'aws.bedrock', model: 'amazon.nova-lite-*', input: 0.06, output: 0.24, cacheRead: 0.015 },
  { provider: 'mistral_ai', model: 'mistral-large-*', input: 2, output: 6 },
  { provider: 'mistral_ai', model: 'mistral-medium-*', input: 0.4, output: 2 },
  { provider: 'mistral_ai', model: 'mistral-small-*', input: 0.1, output: 0.3 },
];

/** The list price of a model, or null; of any provider when none is named. */
export const findListPrice = createPriceLookup(BUILTIN_PRICES);
