import type { Span } from '../wire/span.ts';
import { findText } from './attributes.rules.ts';
import type { Classified, Mapper, TokenCounts } from './classified.ts';
import { readGenAi, readGenAiEarly, readHints } from './gen-ai.rules.ts';
import { readOpenInference } from './openinference.rules.ts';
import { readOwn } from './own.rules.ts';
import { readTraceloop } from './traceloop.rules.ts';
import { readVercel } from './vercel.rules.ts';

/** First match wins; those after it fill what it left empty. */
const MAPPERS: readonly Mapper[] = [
  ...[readOwn, readOpenInference, readGenAi, readGenAiEarly, readTraceloop, readVercel, readHints],
];

/** What a span means; null for one that is no work of an agent (HTTP, databases). */
export function classify(span: Span): Classified | null {
  const [winner, ...others] = MAPPERS.flatMap((read) => read(span.attributes, span) ?? []);
  return winner === undefined ? null : { ...others.reduce(fill, winner), ...readNames(span) };
}

/** Names that any span, or its resource, may have beside what its dialect says. */
function readNames({ attributes, resource }: Span): Partial<Classified> {
  const agentSlug = findText(attributes, 'mc.agent.slug') ?? findText(resource, 'mc.agent.slug');
  const taskId = findText(attributes, 'mc.task.id');
  return { ...(agentSlug === undefined ? {} : { agentSlug }), ...(taskId === undefined ? {} : { taskId }) };
}

const fill = (winner: Classified, other: Classified): Classified => ({
  ...other,
  ...Object.fromEntries(Object.entries(winner).filter(([, value]) => value !== undefined)),
  role: winner.role,
  nested: winner.nested,
  mapper: winner.mapper,
  tokens: fillTokens(winner.tokens, other.tokens),
});

/** Both speak of the same call; one may know less of it (what stood in a cache). */
function fillTokens(winner: TokenCounts | undefined, other: TokenCounts | undefined): TokenCounts | undefined {
  if (!(winner && other)) return winner ?? other;
  return {
    input: winner.input || other.input,
    cache_read: winner.cache_read || other.cache_read,
    cache_write: winner.cache_write || other.cache_write,
    output: winner.output || other.output,
    reasoning: winner.reasoning || other.reasoning,
  };
}
