import type { Attributes } from '../wire/span.ts';
import { findJson, findText, readTokens, type TokenKeys, unflatten } from './attributes.rules.ts';
import type { Classified, Mapper } from './classified.ts';

const TOKENS: TokenKeys = {
  input: ['llm.token_count.prompt'],
  output: ['llm.token_count.completion'],
  cache_read: ['llm.token_count.prompt_details.cache_read'],
  cache_write: ['llm.token_count.prompt_details.cache_write'],
  reasoning: ['llm.token_count.completion_details.reasoning'],
};

const ROLES: Record<string, Classified['role']> = {
  ...{ LLM: 'llm', TOOL: 'tool', AGENT: 'run', CHAIN: 'run', GUARDRAIL: 'other', EVALUATOR: 'other' },
  ...{ PROMPT: 'other', RETRIEVER: 'tool', RERANKER: 'tool', EMBEDDING: 'tool' },
};

/** What a span of these kinds does to data is to read it; the name says how. */
const READS: Record<string, string> = { RETRIEVER: 'retrieval', RERANKER: 'rerank', EMBEDDING: 'embedding' };

/** OpenInference (Arize Phoenix and what it instruments). */
export const readOpenInference: Mapper = (attributes, span) => {
  const kind = findText(attributes, 'openinference.span.kind')?.toUpperCase() ?? '';
  const role = ROLES[kind];
  if (role === undefined) return null;
  const reading = READS[kind];
  return {
    role,
    nested: kind === 'CHAIN' ? 'other' : undefined,
    mapper: 'openinference@1',
    name: reading === undefined ? findName(attributes, role) : `${reading}/${span.name}`,
    sideEffect: reading === undefined ? undefined : 'read',
    agentName: findText(attributes, 'agent.name'),
    model: findText(attributes, 'llm.model_name', 'embedding.model_name', 'reranker.model_name'),
    provider: findText(attributes, 'llm.provider', 'llm.system')?.toLowerCase(),
    tokens: readTokens(attributes, TOKENS),
    finish: findText(attributes, 'llm.finish_reason'),
    session: findText(attributes, 'session.id'),
    user: findText(attributes, 'user.id'),
    input:
      unflatten(attributes, 'llm.input_messages', 'message') ?? findJson(attributes, 'input.value', 'tool.parameters'),
    output: unflatten(attributes, 'llm.output_messages', 'message') ?? findJson(attributes, 'output.value'),
  };
};

const findName = (attributes: Attributes, role: Classified['role']): string | undefined =>
  role === 'tool' ? findText(attributes, 'tool.name') : undefined;
