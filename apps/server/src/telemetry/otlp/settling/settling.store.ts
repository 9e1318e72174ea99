import { sql } from 'kysely';
import type { Context, Platform } from '#server/platform/context.ts';
import type { StoredPart } from './part.ts';

/** A trace whose spans are to be written. */
export interface DueTrace {
  org_id: string;
  /** 32 hex. */
  trace_id: string;
  run_id: string;
  settles: number;
  pending_batch: number;
  due_at: string;
}

/** How long one try may take before another instance takes over. */
const LEASE = "interval '60 seconds'";

/**
 * Claims due traces: what came until then belongs to the claim. One whose last claim was never finished is claimed again
 * as it was: its batches have their number, and are stored once.
 */
export async function claimDueTraces({ db, now }: Platform, limit: number): Promise<DueTrace[]> {
  const { rows } = await sql<DueTrace>`
    with due as (
      select org_id, trace_id from otlp_traces where due_at <= ${now()}
      order by due_at limit ${limit} for update skip locked)
    update otlp_traces t set due_at = ${now()}::timestamptz + ${sql.raw(LEASE)},
      settles = t.settles + case when t.pending_batch is null then 1 else 0 end,
      pending_batch = coalesce(t.pending_batch, nextval('otlp_batches'))
    from due where t.org_id = due.org_id and t.trace_id = due.trace_id
    returning t.org_id, replace(t.trace_id::text, '-', '') as trace_id, t.run_id, t.settles, t.pending_batch,
      to_char(t.due_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as due_at`.execute(db);
  return rows;
}

/** So much of a trace is read at once. */
const MAX_BYTES = 134_217_728;

/** What a claim and those before it took of a trace. */
export async function listParts({ db, orgId }: Context, { settles, trace_id }: DueTrace): Promise<StoredPart[]> {
  const { rows } = await sql<StoredPart>`
    select producer_id, settle, part from (
      select *, sum(octet_length(part)) over (order by settle, ctid) as bytes
      from otlp_spans where org_id = ${orgId} and trace_id = ${trace_id}::uuid and settle <= ${settles}) s
    where bytes - octet_length(part) < ${MAX_BYTES} order by settle`.execute(db);
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
