import type { Tokens } from '../wire.ts';

/** A model call that is about to happen. */
export interface Spending {
  provider: string | undefined;
  model: string;
  input: unknown;
  /** What the model may answer at most, if anybody said so. */
  maxTokens: number | undefined;
}

/** What a million tokens cost, in US dollars. */
export interface Price {
  input: number;
  output: number;
  cache_read: number;
  cache_write: number;
}

/** Bytes of a token, at least: what is reserved for a prompt is rarely too little. */
const BYTES_PER_TOKEN = 3;
const MAX_DEPTH = 8;
/** Costs are counted in 1e-8 US dollars. */
export const UNITS_PER_DOLLAR = 1e8;
/** 1e-8 dollars in a dollar, over the million tokens that a price is for. */
const UNITS_PER_DOLLAR_TOKEN = 100;

/** About how many tokens a prompt has, rather more than less. */
export const estimateTokens = (input: unknown): number => Math.ceil(countBytes(input, MAX_DEPTH) / BYTES_PER_TOKEN) + 8;

function countBytes(value: unknown, depth: number): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 4;
  if (depth === 0) return 0;
  let bytes = 2;
  for (const item of Object.values(value)) bytes += 4 + countBytes(item, depth - 1);
  return bytes;
}

export const countTokens = ({ input = 0, output = 0 }: Tokens): number => input + output;

/** What a call cost, in 1e-8 US dollars, as the server counts it. A model without a price costs nothing. */
export function toCost(
  price: Price | null,
  { input = 0, output = 0, cache_read = 0, cache_write = 0 }: Tokens,
): number {
  if (!price) return 0;
  const fresh = Math.max(0, input - cache_read - cache_write) * price.input;
  const cached = cache_read * price.cache_read + cache_write * price.cache_write;
  return Math.round((fresh + cached + output * price.output) * UNITS_PER_DOLLAR_TOKEN);
}

/** How long an answer may be for what was given, when the prompt takes its part. */
export const toAnswerTokens = (price: Price | null, input: number, given: number): number =>
  price && price.output > 0
    ? Math.floor((given - toCost(price, { input })) / (price.output * UNITS_PER_DOLLAR_TOKEN))
    : Number.POSITIVE_INFINITY;
