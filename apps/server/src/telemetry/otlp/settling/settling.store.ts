import { sql } from 'kysely';
import type { Context, Platform } from '#server/platform/context.ts';
import type { PendingSpan } from './pending-span.ts';

/** A trace whose spans are to be written. */
export interface DueTrace {
  org_id: string;
  /** 32 hex. */
  trace_id: string;
  run_id: string;
  producer_id: string;
  settles: number;
  pending_batch: number;
  due_at: string;
}

/** How long one try may take before another instance takes over. */
const LEASE = "interval '60 seconds'";

/**
 * Claims due traces and, in each, the spans that wait. One whose last claim was never finished is claimed again as it
 * was: its batch has its number, and is stored once.
 */
export async function claimDueTraces({ db, now }: Platform, limit: number): Promise<DueTrace[]> {
  const { rows } = await sql<DueTrace>`
    with due as (
      select org_id, trace_id from otlp_traces where due_at <= ${now()}
      order by due_at limit ${limit} for update skip locked),
    claimed as (
      update otlp_traces t set due_at = ${now()}::timestamptz + ${sql.raw(LEASE)},
        settles = t.settles + case when t.pending_batch is null then 1 else 0 end,
        pending_batch = coalesce(t.pending_batch, nextval('otlp_batches'))
      from due where t.org_id = due.org_id and t.trace_id = due.trace_id
      returning t.*, exists (select from otlp_spans s where s.org_id = t.org_id and s.trace_id = t.trace_id
        and s.settle = t.settles) as was_claimed),
    taken as (
      update otlp_spans s set settle = c.settles from claimed c
      where not c.was_claimed and s.org_id = c.org_id and s.trace_id = c.trace_id and s.settle is null)
    select org_id, replace(trace_id::text, '-', '') as trace_id, run_id, producer_id, settles, pending_batch,
      to_char(due_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as due_at
    from claimed`.execute(db);
  return rows;
}

/** A trace of more spans is written as far as this goes. */
const MAX_SPANS = 50_000;

export async function listSpans({ db, orgId }: Context, traceId: string): Promise<PendingSpan[]> {
  const { rows } = await sql<PendingSpan>`
    select replace(trace_id::text, '-', '') as trace_id, span_id, parent_span_id, started_us, ended_us, body, settle
    from otlp_spans where org_id = ${orgId} and trace_id = ${traceId}::uuid and settle is not null
    order by settle, started_us limit ${MAX_SPANS}`.execute(db);
  return rows;
}

/** The claim is written. What came meanwhile has its own turn. */
export async function saveSettled({ db }: Platform, trace: DueTrace): Promise<void> {
  await sql`
    update otlp_traces set pending_batch = null,
      due_at = case when due_at = ${trace.due_at}::timestamptz then null else due_at end
    where org_id = ${trace.org_id} and trace_id = ${trace.trace_id}::uuid
      and pending_batch = ${trace.pending_batch}`.execute(db);
}

/** Forgets traces to which no span is taken any more; their spans go with their day. */
export async function pruneTraces({ db, now }: Platform): Promise<void> {
  await sql`delete from otlp_traces
    where due_at is null and last_span_at < ${now()}::timestamptz - interval '73 hours'`.execute(db);
}
