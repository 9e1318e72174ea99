import type { ApprovalIr, Verdict } from '../ir.ts';
import type { FailedLeaf } from './conditions/expressions.ts';

/** What an agent is about to do. */
export interface Call {
  /** A tool or model to be called, a data store that a tool touches meanwhile, an answer to be given, the end of a task. */
  kind: 'tool' | 'model' | 'store' | 'output' | 'task_end';
  /** Of the tool (also of the one that touches a store), or `provider/model`. */
  name: string;
  args?: unknown;
  /** What is known of its run: `confidence`, `cost_usd`, `tokens`, `tool_calls`, `risk`. What is absent is unknown. */
  ctx?: Readonly<Record<string, unknown>>;
  /** Data stores that the tool touches. */
  stores?: { read?: readonly string[]; write?: readonly string[] };
  /** What the model may answer at most, if the caller said so. */
  maxTokens?: number;
}

/** What holds at the moment of a call, beyond the call itself. Rules are named `policy@version:rule`. */
export interface Situation {
  /** Milliseconds since the epoch. */
  at: number;
  control?: 'killed' | 'paused';
  /** Rules whose breaker is open. */
  openBreakers?: ReadonlySet<string>;
  /** What was used of a limit, by rule. */
  usage?: ReadonlyMap<string, Usage>;
  /** Rules whose approval this very call has been given. */
  grants?: ReadonlySet<string>;
  /** Rules that do not count for this agent now. */
  exceptions?: ReadonlySet<string>;
  /** What the run has done before, as `record` keeps it. */
  past?: Past;
}

export interface Usage {
  tokens?: number;
  cost_usd?: number;
  tool_calls?: number;
  llm_calls?: number;
  duration_ms?: number;
}

/** A bit for each rule about order whose first part has happened, and the rule it belongs to, whatever its version. */
export interface Past {
  seen: Uint8Array;
  rules: readonly string[];
}

/** The stages of a decision, in the order in which they are passed. */
export const STAGES = ['control', 'capability', 'breaker', 'deny', 'where', 'approval', 'limit', 'allow'] as const;
export type Stage = (typeof STAGES)[number];

export interface Match {
  /** `policy@version:rule`. */
  rule: string;
  line: number;
  col: number;
  scope: 'org' | 'board_group' | 'board' | 'agent_type' | 'agent';
  mode: 'enforce' | 'monitor';
  /** What the rule alone says: under `monitor` what it would have said. */
  verdict: Verdict;
  stage: Stage;
  /** Why, in a word: `tools.deny`, `tools.where`, `limits.tokens`. */
  code: string;
  failed: FailedLeaf[];
  /** Whether it is only so because the condition could not be told. */
  unknown?: true;
  message?: string;
}

export interface Decision {
  verdict: Verdict;
  stage: Stage;
  /** The rule, or `capability`, `control`; null when nothing had to decide. */
  decided_by: string | null;
  matched: readonly Match[];
  /** What the call must be changed to. */
  transform?: { max_tokens: number };
  /** What people must say, of all rules that ask for it. */
  approval?: ApprovalIr;
}
