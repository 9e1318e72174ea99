import {
  boolean,
  type Column,
  copyStatement,
  date,
  int4,
  int8,
  jsonb,
  text,
  timestamptz,
  uuid,
} from '#server/platform/postgres/copy.ts';

/** One row of `run_events`. Instants are microseconds since 1970. */
export interface EventRow {
  orgId: string;
  day: number;
  runId: string;
  seq: number;
  t: string;
  key: string | null;
  ts: number;
  /** JSON text. */
  body: string;
}

export const EVENT_COLUMNS: Column<EventRow>[] = [
  uuid('org_id', (event) => event.orgId),
  date('day', (event) => event.day),
  uuid('run_id', (event) => event.runId),
  int8('seq', (event) => event.seq),
  text('t', (event) => event.t),
  text('key', (event) => event.key),
  timestamptz('ts', (event) => event.ts),
  jsonb('body', (event) => event.body),
];

export const COPY_EVENTS = copyStatement('run_events', EVENT_COLUMNS);

/** One row of `decisions`. */
export interface DecisionRow {
  orgId: string;
  day: number;
  id: string;
  runId: string;
  seq: number;
  key: string;
  agentId: string | null;
  tool: string;
  verdict: string;
  ruleRef: string | null;
  mode: string;
  enforcement: string;
  degraded: boolean;
  /** JSON text. */
  matched: string;
  argsView: string | null;
  bundle: number | null;
  ts: number;
}

export const DECISION_COLUMNS: Column<DecisionRow>[] = [
  uuid('org_id', (decision) => decision.orgId),
  date('day', (decision) => decision.day),
  uuid('id', (decision) => decision.id),
  uuid('run_id', (decision) => decision.runId),
  int8('seq', (decision) => decision.seq),
  text('key', (decision) => decision.key),
  uuid('agent_id', (decision) => decision.agentId),
  text('tool', (decision) => decision.tool),
  text('verdict', (decision) => decision.verdict),
  text('rule_ref', (decision) => decision.ruleRef),
  text('mode', (decision) => decision.mode),
  text('enforcement', (decision) => decision.enforcement),
  boolean('degraded', (decision) => decision.degraded),
  jsonb('matched', (decision) => decision.matched),
  jsonb('args_view', (decision) => decision.argsView),
  int4('bundle', (decision) => decision.bundle),
  timestamptz('ts', (decision) => decision.ts),
];

export const COPY_DECISIONS = copyStatement('decisions', DECISION_COLUMNS);
