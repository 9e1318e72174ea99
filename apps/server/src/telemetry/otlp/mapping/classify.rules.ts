import type { Span } from '../wire/span.ts';
import { findText } from './attributes.rules.ts';
import type { Classified, Mapper, TokenCounts } from './classified.ts';
import { readGenAi, readGenAiEarly, readHints } from './gen-ai.rules.ts';
import { readOpenInference } from './openinference.rules.ts';
import { readOwn } from './own.rules.ts';
import { readTraceloop } from './traceloop.rules.ts';
import { readVercel } from './vercel.rules.ts';

/** Readers of GenAI names: they read the same attributes, so the first that knows a span says all of them. */
const readNamed: Mapper = (attributes, span) => readGenAi(attributes, span) ?? readGenAiEarly(attributes, span);

/** First match wins; those after it fill what it left empty. */
const MAPPERS: readonly Mapper[] = [readOwn, readOpenInference, readNamed, readTraceloop, readVercel];

/** What a span means; null for one that is no work of an agent (HTTP, databases). */
export function classify(span: Span): Classified | null {
  const found = MAPPERS.flatMap((read) => read(span.attributes, span) ?? []);
  const hints = found.some(isNamed) ? null : readHints(span.attributes, span);
  if (hints) found.push(hints);
  const [winner, ...others] = found;
  return winner === undefined ? null : { ...others.reduce(fill, winner), ...readNames(span) };
}

const isNamed = ({ mapper }: Classified): boolean => mapper.startsWith('gen_ai');

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
