/** Weakest first: of several the strictest counts. */
export type Verdict = 'allow' | 'warn' | 'require_approval' | 'block';
export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';

/** A name: an exact one, or the index of a table of the policy. */
export type Pat = { x: string } | { d: number };

/**
 * A table that says in one walk over a text whether it matches: `n` states, `k` classes of code points, `r` the ranges
 * `lo, hi, class` in order, `t` the next state by state and class (-1 none), `a` the accepting states. Start is 0.
 */
export interface Dfa {
  n: number;
  k: number;
  r: number[];
  t: number[];
  a: number[];
}

export type Segment = string | number | { all: 1 } | { any: 1 };

/** Where a value stands: in the arguments of the call, or in what is known of its run. */
export interface Path {
  s: Segment[];
  fn?: 'bytes' | 'count';
  from: 'args' | 'ctx';
}

export type Leaf =
  | { op: 'eq' | 'ne'; p: Path; v: unknown }
  | { op: 'in' | 'not_in'; p: Path; v: unknown[] }
  | { op: 'lt' | 'lte' | 'gt' | 'gte' | 'max_len'; p: Path; v: number }
  | { op: 'matches' | 'glob'; p: Path; v: Pat }
  | { op: 'starts_with' | 'within_path' | 'type'; p: Path; v: string }
  | { op: 'domain_in'; p: Path; v: Pat[] }
  | { op: 'cidr_in'; p: Path; v: string[] }
  | { op: 'exists'; p: Path; v: boolean };
export type Op = Leaf['op'];

export type Expr = { and: Expr[] } | { or: Expr[] } | { not: Expr } | Leaf;

/** What people must say before a call goes on; `joint` are places of other groups, each filled once. */
export interface ApprovalIr {
  from: string[];
  k: number;
  joint: string[];
  exclude_owner: boolean;
  timeout_s: number;
  on_timeout: 'deny' | 'allow' | 'abort';
  grant: 'call' | 'shape';
  shape?: string[];
  max_uses?: number;
  escalate_to?: string[];
}

interface RuleBase {
  id: string;
  mode: 'enforce' | 'monitor';
  severity: Severity;
  line: number;
  col: number;
  /** RFC 3339; the rule ends then. */
  until?: string;
  message?: string;
  approval?: ApprovalIr;
}

export interface ToolsIr {
  kind: 'tools';
  allow?: Pat[];
  match?: Pat[];
  deny?: Pat[];
  where?: Expr;
  action: 'block' | 'require_approval' | 'warn';
}

export interface LimitsIr {
  kind: 'limits';
  per: 'run' | 'task' | 'step' | 'agent_hour' | 'agent_day';
  tokens?: number;
  cost_usd?: number;
  tool_calls?: number;
  llm_calls?: number;
  duration_ms?: number;
  /** 0..1 of the limit. */
  warn_at?: number;
  on_exceed: 'block' | 'pause' | 'escalate' | 'warn';
}

export interface ConcurrencyIr {
  kind: 'concurrency';
  per: 'agent' | 'agent_type' | 'board' | 'org';
  max: number;
  on_full: 'queue' | 'reject';
  queue_ms: number;
}

export interface BreakerIr {
  kind: 'breaker';
  watch: 'error_rate' | 'latency_p95' | 'violations';
  /** A share (0..1) for `error_rate`, milliseconds for `latency_p95`, a number for `violations`. */
  over: number;
  window_ms: number;
  min: number;
  scope: 'agent' | 'agent_version' | 'tool';
  action: 'pause' | 'block_tool' | 'route_version';
  open_ms: number;
  probes: number;
}

export interface EscalateIr {
  kind: 'escalate';
  when: Expr;
  before: 'tool' | 'output' | 'task_end';
  timeout_s: number;
  on_timeout: 'deny' | 'allow' | 'abort';
}

export interface SequenceIr {
  kind: 'sequence';
  /** `require`: a before b. `forbid`: a not after b. */
  form: 'require' | 'forbid';
  a: Pat;
  b: Pat;
  within: 'run' | 'task';
  where_a?: Expr;
  where_b?: Expr;
}

export interface DataIr {
  kind: 'data';
  read?: Pat[];
  write?: Pat[];
  deny?: Pat[];
}

export interface ModelsIr {
  kind: 'models';
  allow?: Pat[];
  deny?: Pat[];
  max_output_tokens?: number;
}

export type RuleKind = ToolsIr | LimitsIr | ConcurrencyIr | BreakerIr | EscalateIr | SequenceIr | DataIr | ModelsIr;
export type Rule = RuleBase & RuleKind;

/** 1 organization, 2 board group, 3 board, 4 agent type, 5 agent. */
export type ScopeLevel = 1 | 2 | 3 | 4 | 5;

/** A policy as agents get it: nothing in it needs a parser. */
export interface Ir {
  ir: 1;
  policy: { id: string; name: string; version: number; hash: string };
  scope: ScopeLevel;
  rules: Rule[];
  dfas: Dfa[];
}
