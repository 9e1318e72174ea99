import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { RunHead } from '../runs/runs.store.ts';
import type { RunSearchHit } from './steps.schema.ts';

const MAX_HITS = 100;
/** Characters shown around what was found. */
const BEFORE = 40;
const SNIPPET = 160;

/** Where a text stands in a run's names, errors, inline payloads and events. Payloads stored apart are not looked into. */
export async function searchRun({ db, orgId }: Context, run: RunHead, text: string): Promise<RunSearchHit[]> {
  const at = sql`where run_id = ${run.id} and day = ${run.day}::date and org_id = ${orgId}`;
  const { rows } = await sql<RunSearchHit>`
    select seq, key, place as "where",
      substr(content, greatest(1, strpos(lower(content), lower(${text})) - ${BEFORE}), ${SNIPPET}) as snippet
    from (
      select s.seq, s.key, p.place, p.content from (select * from steps ${at} and phase = 1) s,
        lateral (values ('name', s.name), ('error', concat_ws(': ', s.error_type, s.error_message)),
          ('input', s.in_payload::text), ('output', s.out_payload::text)) p(place, content)
      union all
      select seq, key, 'event', body::text from run_events ${at}) found
    where strpos(lower(content), lower(${text})) > 0 order by seq limit ${MAX_HITS}`.execute(db);
  return rows;
}
