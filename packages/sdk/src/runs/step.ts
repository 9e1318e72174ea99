import type { Captured } from '../payloads/capture.ts';
import type { Item } from '../queue/queue.ts';
import type { ErrorInfo, SideEffect, StepKind, StepStatus, Tokens } from '../wire.ts';
import type { Run } from './run.ts';

/** One boundary crossing of a run, while it lasts. */
export interface Step {
  run: Run;
  key: string;
  kind: StepKind;
  name: string;
  startedAt: number;
  /** Fields that start and end share. */
  fields: StepFields;
  input: Captured | undefined;
  /** The start event, as long as it may still be withdrawn. */
  opening: Item | undefined;
  openingSeq: number;
  reads: Set<string> | undefined;
  writes: Set<string> | undefined;
  /** The violation that stopped it. */
  violation: string | undefined;
  /** What is to be done when it ends: use is counted, leases go back. */
  settle: ((closing: StepClosing) => void) | undefined;
  isClosed: boolean;
}

/** What `step.start` says, and `step.end` again. */
export interface StepFields extends Record<string, unknown> {
  key: string;
  kind: StepKind;
  name: string;
  parent_key: string;
  attempt: number;
  args_hash: string | undefined;
  model: string | undefined;
  side_effect: SideEffect | undefined;
  idem: string | undefined;
  framework: Record<string, unknown> | undefined;
  provider: string | undefined;
}

export interface StepOpening {
  kind: StepKind;
  name: string;
  parentKey: string;
  attempt?: number;
  input?: Captured | undefined;
  argsHash?: string | undefined;
  model?: string | undefined;
  provider?: string | undefined;
  sideEffect?: SideEffect | undefined;
  idem?: string | undefined;
  framework?: Record<string, unknown> | undefined;
}

export interface StepClosing {
  status: StepStatus;
  output?: Captured | undefined;
  tokens?: Tokens | undefined;
  responseId?: string | undefined;
  finish?: string | undefined;
  ttftUs?: number | undefined;
  stream?: boolean | undefined;
  error?: ErrorInfo | undefined;
  decision?: string | undefined;
}
