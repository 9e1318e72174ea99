import {
  type Column,
  copyStatement,
  date,
  int2,
  int4,
  int8,
  jsonb,
  numeric8,
  text,
  textArray,
  timestamptz,
  uuid,
} from '#server/platform/postgres/copy.ts';
import type { StepKind } from './steps.schema.ts';

/** Tokens by kind, as reported. */
export interface Tokens {
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
}

/** One row of `steps`. Instants are microseconds since 1970, money is in 1e-8 US dollars. */
export interface StepRow {
  orgId: string;
  day: number;
  runId: string;
  seq: number;
  phase: 0 | 1;
  key: string;
  parentKey: string | null;
  attempt: number;
  kind: StepKind;
  name: string;
  agentId: string | null;
  versionId: string | null;
  status: string;
  startedAt: number;
  durUs: number | null;
  waitUs: number | null;
  ttftUs: number | null;
  model: string | null;
  provider: string | null;
  tokens: Tokens | null;
  cost: number | null;
  /** Null when it is of our price table. */
  costSource: 'gateway' | null;
  finish: string | null;
  sideEffect: string | null;
  argsHash: string | null;
  idem: string | null;
  errorType: string | null;
  errorMessage: string | null;
  errorStack: string | null;
  inPayload: string | null;
  outPayload: string | null;
  decisionId: string | null;
  ckpt: string | null;
  dataRead: string[] | null;
  dataWrite: string[] | null;
}

/** ⌊log2(input tokens)⌋ from 10 (≤ 1k) to 20 (≥ 1M): latency by size of the prompt. */
export const toPromptBucket = (inputTokens: number): number => Math.min(20, Math.max(10, 31 - Math.clz32(inputTokens)));

export const STEP_COLUMNS: Column<StepRow>[] = [
  uuid('org_id', (step) => step.orgId),
  date('day', (step) => step.day),
  uuid('run_id', (step) => step.runId),
  int8('seq', (step) => step.seq),
  int2('phase', (step) => step.phase),
  text('key', (step) => step.key),
  text('parent_key', (step) => step.parentKey),
  int4('attempt', (step) => step.attempt),
  text('kind', (step) => step.kind),
  text('name', (step) => step.name),
  uuid('agent_id', (step) => step.agentId),
  uuid('version_id', (step) => step.versionId),
  text('status', (step) => step.status),
  timestamptz('started_at', (step) => step.startedAt),
  int8('dur_us', (step) => step.durUs),
  int8('wait_us', (step) => step.waitUs),
  int8('ttft_us', (step) => step.ttftUs),
  text('model', (step) => step.model),
  text('provider', (step) => step.provider),
  int2('prompt_bucket', (step) => (step.tokens && step.kind === 'llm' ? toPromptBucket(step.tokens.input) : null)),
  int4('tokens_input', (step) => step.tokens?.input),
  int4('tokens_cache_read', (step) => step.tokens?.cacheRead),
  int4('tokens_cache_write', (step) => step.tokens?.cacheWrite),
  int4('tokens_output', (step) => step.tokens?.output),
  int4('tokens_reasoning', (step) => step.tokens?.reasoning),
  numeric8('cost_usd', (step) => step.cost),
  text('cost_source', (step) => step.costSource),
  text('finish', (step) => step.finish),
  text('side_effect', (step) => step.sideEffect),
  text('args_hash', (step) => step.argsHash),
  text('idem', (step) => step.idem),
  text('error_type', (step) => step.errorType),
  text('error_message', (step) => step.errorMessage),
  text('error_stack', (step) => step.errorStack),
  jsonb('in_payload', (step) => step.inPayload),
  jsonb('out_payload', (step) => step.outPayload),
  uuid('decision_id', (step) => step.decisionId),
  jsonb('ckpt', (step) => step.ckpt),
  textArray('data_read', (step) => step.dataRead),
  textArray('data_write', (step) => step.dataWrite),
];

export const COPY_STEPS = copyStatement('steps', STEP_COLUMNS);
