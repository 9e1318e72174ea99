import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BUILTIN_PRICES, findListPrice } from './builtin.ts';
import { createPriceLookup, toCost } from './prices.rules.ts';

const count = z.int().default(0);
const Vector = z.object({
  provider: z.string(),
  model: z.string(),
  case: z.string(),
  tokens: z.object({ input: count, cache_read: count, cache_write: count, output: count, reasoning: count }),
  cost_usd: z.number().nullable(),
});
const vectors = z
  .array(Vector)
  .parse(JSON.parse(readFileSync(new URL('../../../../../fixtures/pricing/vectors.json', import.meta.url), 'utf8')));

it.each(vectors)('R13: costs what it should: $provider $model, $case', ({ provider, model, tokens, cost_usd }) => {
  const { cache_read: cacheRead, cache_write: cacheWrite, ...rest } = tokens;
  const price = findListPrice(provider, model);
  expect(price && toCost(price, { ...rest, cacheRead, cacheWrite }) / 1e8).toBe(cost_usd);
});

const tokens = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };

describe('the cost of a call, in 1e-8 dollars', () => {
  it.each([
    ['input and output', { ...tokens, input: 1_000, output: 100 }, 350_000],
    ['cached input at its own price', { ...tokens, input: 1_000, cacheRead: 400, output: 100 }, 300_000],
    ['reasoning within output, not again', { ...tokens, input: 1_000, output: 100, reasoning: 90 }, 350_000],
    ['nothing', tokens, 0],
    ['more cached than input counts no negative rest', { ...tokens, input: 100, cacheRead: 400 }, 50_000],
  ])('%s', (_name, used, cost) => {
    expect(toCost({ provider: 'openai', model: 'gpt-4o*', input: 2.5, output: 10, cacheRead: 1.25 }, used)).toBe(cost);
  });

  it('takes cache writes at their price and without one at the input price', () => {
    const used = { ...tokens, input: 1_000, cacheWrite: 1_000 };
    expect(toCost({ provider: 'a', model: 'm', input: 3, output: 15, cacheWrite: 3.75 }, used)).toBe(375_000);
    expect(toCost({ provider: 'a', model: 'm', input: 3, output: 15 }, used)).toBe(300_000);
  });
});

describe('the price of a model', () => {
  const find = createPriceLookup(BUILTIN_PRICES);

  it('is that of the longest glob that fits', () => {
    expect(find('openai', 'gpt-5-mini-2025-08-07')?.model).toBe('gpt-5-mini*');
    expect(find('openai', 'gpt-5')?.model).toBe('gpt-5*');
  });

  it('is found without a provider, and not under another', () => {
    expect(find(null, 'claude-sonnet-4-5')?.input).toBe(3);
    expect(find('openai', 'claude-sonnet-4-5')).toBeNull();
  });

  it('is none for a model that nobody lists', () => {
    expect(find('openai', 'my-model')).toBeNull();
  });
});
