import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { boolean, type Column, date, text, toArrayParameters, uuid } from '#server/platform/postgres/copy.ts';
import type { ArrivedPart } from './parts.rules.ts';

const DAY_US = 86_400_000_000;

/** Parameters in binary: PostgreSQL neither parses nor unescapes what it only keeps. */
const COLUMNS: Column<ArrivedPart>[] = [
  uuid('trace_id', ({ traceId }) => traceId),
  uuid('run_id', ({ startedUs }) => newId(new Date(startedUs / 1_000))),
  boolean('root_ended', ({ rootEnded }) => rootEnded),
  date('day', ({ startedUs }) => Math.floor(startedUs / DAY_US)),
  text('part', ({ notes, spans }) => JSON.stringify({ notes, spans })),
];

const ROWS = sql.raw(COLUMNS.map(({ name }) => `n.${name}`).join(', '));

/** `unnest(…)` over parameters of ours in Kysely's statement. */
function toRows(rows: readonly ArrivedPart[]) {
  const parameters = toArrayParameters(COLUMNS, rows);
  const lists = COLUMNS.map(({ type }, index) => sql`${parameters[index]}::${sql.raw(type)}[]`);
  return sql`unnest(${sql.join(lists)}) as n(${sql.raw(COLUMNS.map(({ name }) => name).join(', '))})`;
}

/**
 * Keeps parts of traces until these settle, and notes when they are due; the same part again changes nothing of the result.
 * Rows are sorted, so that two requests never wait for each other.
 */
export async function saveParts({ actor, db, now, orgId }: Context, rows: ArrivedPart[]): Promise<void> {
  rows.sort((a, b) => (a.traceId < b.traceId ? -1 : 1));
  await sql`
    with incoming as materialized (select ${ROWS} from ${toRows(rows)}),
    traces as (
      insert into otlp_traces as t (org_id, trace_id, run_id, root_ended, due_at, last_span_at)
      select ${orgId}, n.trace_id, n.run_id, n.root_ended, ${now()}::timestamptz
        + case when n.root_ended then interval '10 seconds' else interval '15 minutes' end, ${now()}
      from incoming n
      on conflict (org_id, trace_id) do update set root_ended = t.root_ended or excluded.root_ended,
        last_span_at = excluded.last_span_at,
        due_at = case when t.root_ended then ${now()}::timestamptz + interval '10 seconds' else excluded.due_at end
      returning trace_id, settles)
    insert into otlp_spans (org_id, day, trace_id, producer_id, settle, part)
    select ${orgId}, n.day, n.trace_id, ${actor.id}, t.settles + 1, n.part
    from incoming n join traces t using (trace_id)`.execute(db);
}
