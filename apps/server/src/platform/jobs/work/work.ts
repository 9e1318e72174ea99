import type { Context, TxContext } from '../../context.ts';

/** A row of the outbox as its handler sees it. */
export interface WorkJob {
  id: string;
  kind: string;
  subject: { kind: string; id: string } | null;
  board_id: string | null;
  payload: Record<string, unknown>;
  /** This try included. */
  attempts: number;
  max_attempts: number;
  created_at: string;
}

/**
 * Runs another job in the place of the one that waits for it, if that is ready and nobody has it: a job that only waited
 * would hold a worker that the other one needs.
 */
export type RunNow = (id: string) => Promise<void>;

/**
 * Work of one kind. Runs at least once: handlers are idempotent. What `run` returns is kept as the job's result. A
 * Problem ends the job unless it is retryable; anything else is tried again until attempts run out.
 */
export interface WorkKind {
  run(ctx: Context, job: WorkJob, runNow: RunNow): Promise<unknown>;
  /** How long to wait after the given number of tries; by default 10 s · 2^n, at most 10 min, ± 10 %. */
  retryAfterMs?(attempts: number): number;
  /**
   * What a try that failed waits for instead of the next one (`gateway:<id>`, see `releaseWork`); undefined when time
   * alone may help. In the transaction that puts the job back, so that no release is missed.
   */
  waitsFor?(tx: TxContext, job: WorkJob, error: { code: string; message: string }): Promise<string | undefined>;
  /** In the transaction that gives the job up. */
  whenGivenUp?(tx: TxContext, job: WorkJob, error: { code: string; message: string }): Promise<void>;
}

export type WorkKinds = Record<string, WorkKind>;
