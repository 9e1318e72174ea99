import type { Tokens } from '../steps/step-row.ts';

/** What a million tokens cost, in US dollars. Absent cache prices are the input price. */
export interface Price {
  provider: string;
  /** `*` stands for any characters. */
  model: string;
  input: number;
  output: number;
  cacheRead?: number;
  cacheWrite?: number;
}

/** Finds the price of a model: the longest glob that fits, of that provider or of any when none is reported. */
export function createPriceLookup(prices: readonly Price[]): (provider: string | null, model: string) => Price | null {
  const sorted = [...prices].sort((a, b) => b.model.length - a.model.length);
  const matchers = sorted.map((price) => ({ price, matches: toMatcher(price.model) }));
  const found = new Map<string, Price | null>();
  return (provider, model) => {
    const key = `${provider}/${model}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const match = matchers.find(({ price, matches }) => (!provider || price.provider === provider) && matches(model));
    if (found.size >= 1_000) found.clear();
    found.set(key, match?.price ?? null);
    return match?.price ?? null;
  };
}

function toMatcher(glob: string): (model: string) => boolean {
  const pattern = glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const regex = new RegExp(`^${pattern.join('.*')}$`);
  return (model) => regex.test(model);
}

/** 1e-8 dollars in a dollar, over the million tokens that a price is for. */
const UNITS_PER_DOLLAR_TOKEN = 100;

/**
 * What a call cost, in 1e-8 US dollars. Input includes its cached parts and output its reasoning, as the protocol has
 * it; parts larger than their whole count as the whole.
 */
export function toCost(price: Price, tokens: Tokens): number {
  const fresh = Math.max(0, tokens.input - tokens.cacheRead - tokens.cacheWrite);
  const dollarTokens =
    fresh * price.input +
    tokens.cacheRead * (price.cacheRead ?? price.input) +
    tokens.cacheWrite * (price.cacheWrite ?? price.input) +
    tokens.output * price.output;
  return Math.round(dollarTokens * UNITS_PER_DOLLAR_TOKEN);
}
