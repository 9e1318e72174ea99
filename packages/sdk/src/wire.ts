/** Shapes of the telemetry protocol (v 1). A payload is captured when it happens and becomes JSON when it is sent. */
import type { Captured } from './payloads/capture.ts';

export type StepKind = 'llm' | 'tool' | 'subagent' | 'human' | 'reasoning' | 'other';
export type StepStatus = 'ok' | 'error' | 'blocked' | 'cancelled';
export type RunStatus = 'ok' | 'error' | 'cancelled';
/** What calling a tool twice does. */
export type SideEffect = 'pure' | 'read' | 'idempotent_write' | 'non_idempotent';

export interface Tokens {
  /** Includes both cache parts. */
  input?: number;
  cache_read?: number;
  cache_write?: number;
  /** Includes reasoning. */
  output?: number;
  reasoning?: number;
}

export interface ErrorInfo {
  type: string;
  message: string;
  stack?: string;
}

/** An event before it is a line: plain fields, payloads apart. `at` in microseconds becomes `ts`. */
export interface WireEvent {
  t:
    | 'run.start'
    | 'step.start'
    | 'step.end'
    | 'decision'
    | 'reason'
    | 'checkpoint'
    | 'exception'
    | 'note'
    | 'run.end'
    | 'discard';
  seq: number;
  at: number;
  fields: Record<string, unknown>;
  payloads?: Record<string, Captured | undefined>;
}

/** Totals since process start, by reason. */
export interface DropCounts {
  buffer_full: number;
  payload_limit: number;
  sampled: number;
  redactor_slow: number;
  spool_full: number;
  rejected: number;
}
