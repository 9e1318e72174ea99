import type { StepKind } from '../../steps/steps.schema.ts';
import type { Attributes, Span } from '../wire/span.ts';

/** Tokens as we count them: `input` holds the cache parts, `output` the reasoning. */
export interface TokenCounts {
  input: number;
  cache_read: number;
  cache_write: number;
  output: number;
  reasoning: number;
}

/** What a span means. */
export interface Classified {
  /** A run of an agent, or a step of that kind. */
  role: 'run' | StepKind;
  /** What it is instead inside another run: a chain is a run only where none stands above it. */
  nested?: StepKind | undefined;
  /** The mapper that knew it, with its version. */
  mapper: string;
  name?: string | undefined;
  agentName?: string | undefined;
  agentId?: string | undefined;
  /** Names the agent in our registry. */
  agentSlug?: string | undefined;
  model?: string | undefined;
  provider?: string | undefined;
  tokens?: TokenCounts | undefined;
  input?: unknown;
  output?: unknown;
  finish?: string | undefined;
  sideEffect?: 'read' | 'idempotent_write' | undefined;
  session?: string | undefined;
  user?: string | undefined;
  taskId?: string | undefined;
}

/** Reads one dialect; null for a span that does not speak it. */
export type Mapper = (attributes: Attributes, span: Span) => Classified | null;
