import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { toDate } from '../runs/run-day.rules.ts';
import type { SpanBody } from './settling/pending-span.ts';
import type { Span } from './wire/span.ts';

/** A span to keep until its trace settles. */
export interface ArrivedSpan extends Span {
  body: SpanBody | null;
}

const DAY_US = 86_400_000_000;

/** Notes that spans of these traces came, and when the traces are due: sorted, so that two requests never wait for each other. */
export async function saveTraces({ actor, db, now, orgId }: TxContext, spans: readonly ArrivedSpan[]): Promise<void> {
  const traces = new Map<string, { startedUs: number; rootEnded: boolean }>();
  for (const { parentSpanId, startedUs, traceId } of spans) {
    const trace = traces.get(traceId);
    traces.set(traceId, {
      startedUs: Math.min(trace?.startedUs ?? startedUs, startedUs),
      rootEnded: parentSpanId === null || trace?.rootEnded === true,
    });
  }
  const rows = [...traces].toSorted(([a], [b]) => (a < b ? -1 : 1));
  await sql`
    insert into otlp_traces as t (org_id, trace_id, run_id, producer_id, root_ended, due_at, last_span_at)
    select ${orgId}, n.trace_id, n.run_id, ${actor.id}, n.root_ended,
      ${now()}::timestamptz + case when n.root_ended then interval '10 seconds' else interval '15 minutes' end, ${now()}
    from unnest(${rows.map(([id]) => id)}::uuid[], ${rows.map(([, one]) => newId(new Date(one.startedUs / 1_000)))}::uuid[],
      ${rows.map(([, one]) => one.rootEnded)}::boolean[]) as n (trace_id, run_id, root_ended)
    on conflict (org_id, trace_id) do update set root_ended = t.root_ended or excluded.root_ended,
      last_span_at = excluded.last_span_at,
      due_at = case when t.root_ended then ${now()}::timestamptz + interval '10 seconds' else excluded.due_at end`.execute(
    db,
  );
}

/** Keeps spans; one that is there already changes nothing. */
export async function saveSpans({ db, orgId }: TxContext, spans: readonly ArrivedSpan[]): Promise<void> {
  const rows = spans.toSorted((a, b) => (a.traceId + a.spanId < b.traceId + b.spanId ? -1 : 1));
  await sql`
    insert into otlp_spans (org_id, day, trace_id, span_id, parent_span_id, started_us, ended_us, body)
    select ${orgId}, n.* from unnest(${rows.map(({ startedUs }) => toDate(Math.floor(startedUs / DAY_US)))}::date[],
      ${rows.map(({ traceId }) => traceId)}::uuid[], ${rows.map(({ spanId }) => spanId)}::text[],
      ${rows.map(({ parentSpanId }) => parentSpanId)}::text[], ${rows.map(({ startedUs }) => startedUs)}::bigint[],
      ${rows.map(({ endedUs }) => endedUs)}::bigint[],
      ${rows.map(({ body }) => (body === null ? null : JSON.stringify(body)))}::jsonb[]) as n
    on conflict do nothing`.execute(db);
}
