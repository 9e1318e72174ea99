import { sql } from 'kysely';
import type { TxContext } from '../context.ts';
import { sendAlong } from '../postgres/statements/transact.ts';

/** Work is tried this often before it is dead. */
const MAX_ATTEMPTS = 8;

export interface EnqueueOptions {
  /** Not before; default now. */
  runAt?: Date;
  /** A job that waits under the same key is replaced. */
  jobKey?: string;
  maxAttempts?: number;
}

/** Adds a job in the caller's transaction: it runs if and only if the change that needs it is kept. */
export async function enqueue(
  tx: TxContext,
  name: string,
  payload: Record<string, unknown>,
  { runAt, jobKey, maxAttempts = MAX_ATTEMPTS }: EnqueueOptions = {},
): Promise<void> {
  const statement = sql`select graphile_worker.add_job(
    ${name}::text,
    payload := ${JSON.stringify(payload)}::json,
    run_at := ${runAt ?? null}::timestamptz,
    max_attempts := ${maxAttempts}::int,
    job_key := ${jobKey ?? null}::text)`;
  await sendAlong(tx.db, statement.execute(tx.db));
}
