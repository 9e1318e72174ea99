import type { Verdict } from '@mission-control/policy/evaluate';

/** A run as it was recorded. */
export interface RecordedRun {
  id: string;
  /** The run that the tree began with. */
  rootId: string;
  taskId: string | null;
  agentId: string | null;
  agentType: string | null;
  boardId: string | null;
  versionId: string | null;
  status: string;
  startedMs: number;
  /** Of a run that has not ended: when it was last heard of. */
  endedMs: number;
  /** What the agent said last; null when it says nothing. */
  confidence: number | null;
}

/** What a call was given: kept as it was, with parts redacted, or not kept. */
export interface RecordedArgs {
  state: 'exact' | 'redacted' | 'missing';
  value?: unknown;
}

/** A closed step that policies are asked about. */
export interface RecordedCall {
  seq: number;
  key: string;
  kind: 'tool' | 'model';
  /** Of the tool, or `provider/model`. */
  name: string;
  startedMs: number;
  durMs: number;
  hasFailed: boolean;
  tokens: number;
  costUsd: number;
  args: RecordedArgs;
  reads: readonly string[] | null;
  writes: readonly string[] | null;
  earlier: Earlier;
}

/** What was decided when it happened. */
export interface Earlier {
  verdict: Verdict;
  /** What is left of it without the rules of the policy that is tried. */
  others: Verdict;
}

export const ALLOWED: Earlier = Object.freeze({ verdict: 'allow', others: 'allow' });

export const STRICTNESS: Record<Verdict, number> = { allow: 0, warn: 1, require_approval: 2, block: 3 };

export const stricter = (a: Verdict, b: Verdict): Verdict => (STRICTNESS[a] >= STRICTNESS[b] ? a : b);
