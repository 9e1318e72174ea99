import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { toUsage } from './usage.ts';

interface Vector {
  provider: string;
  case: string;
  answer: unknown;
  tokens: Record<string, number>;
}

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../../../../fixtures/pricing/vectors.json', import.meta.url), 'utf8'),
);

it.each(vectors)('R13: reads the tokens of $provider: $case', ({ answer, tokens }) => {
  expect(toUsage(answer).tokens).toEqual(tokens);
});
