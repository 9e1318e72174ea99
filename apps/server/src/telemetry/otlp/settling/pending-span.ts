import type { Classified } from '../mapping/classified.ts';

/** A payload value, as events of processes have it. */
export type Content = { v: unknown; fid?: 'redacted' | 'truncated' } | { x: 'disabled'; size: number };

/** What waits of a span that means something: redacted. */
export interface SpanBody extends Omit<Classified, 'input' | 'output'> {
  input: Content | undefined;
  output: Content | undefined;
  spanName: string;
  /** Who the agent is when no agent span says so. */
  service: string;
  error: { type: string | null; message: string | null } | null;
}

/** A span that waits for its trace to settle, or did. Instants are microseconds since 1970. */
export interface PendingSpan {
  span_id: string;
  parent_span_id: string | null;
  started_us: number;
  ended_us: number;
  body: SpanBody | null;
  /** The service key or process that sent it. */
  producer_id: string;
  /** The claim that took it. */
  settle: number;
}
