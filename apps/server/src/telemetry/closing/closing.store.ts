import { type RawBuilder, sql } from 'kysely';
import type { Platform } from '#server/platform/context.ts';
import { EVENTS_CHANNEL } from '#server/platform/events/wake.ts';
import { RUN_FACT, RUN_JOINS } from '../runs/run-wire.sql.ts';
import { runUpdated } from '../runs/runs.events.ts';

const SYSTEM = `{"kind":"system","id":"mission-control"}`;

/** Changes runs and publishes `run.updated` for each, in one statement. `change` is an update of `runs r` without returning. */
export async function updateRuns({ db }: Platform, change: RawBuilder<unknown>): Promise<void> {
  const { numAffectedRows = 0n } = await sql`
    with changed as (${change} returning r.*)
    insert into events (org_id, board_id, type, subject_kind, subject_id, actor, data)
    select r.org_id, r.board_id, ${runUpdated.type}, ${runUpdated.subject}, r.id, ${SYSTEM}::jsonb,
      ${sql.raw(RUN_FACT)}
    from changed r ${sql.raw(RUN_JOINS)}`.execute(db);
  if (numAffectedRows > 0n) await sql`select pg_notify(${EVENTS_CHANNEL}, '')`.execute(db);
}

/** Longer than any honest pause between two steps. */
const SILENT_RUN = "interval '5 minutes'";
const SILENT_PROCESS = "interval '60 seconds'";

/** A running run is lost when its process and the run itself have been silent for long. A later event revives it. */
export const markLostRuns = (platform: Platform): Promise<void> =>
  updateRuns(
    platform,
    sql`update runs r set status = 'lost' where r.status = 'running'
      and r.last_event_at < ${platform.now()}::timestamptz - ${sql.raw(SILENT_RUN)}
      and r.source <> 'gateway'
      and not exists (select from producers p where p.org_id = r.org_id and p.id = r.producer_id
        and p.last_seen_at > ${platform.now()}::timestamptz - ${sql.raw(SILENT_PROCESS)})`,
  );

/** A minute after its end, a run of which fewer steps are stored than were announced has a gap; one that filled up has none. */
export const markGaps = (platform: Platform): Promise<void> =>
  updateRuns(
    platform,
    sql`update runs r set gap = not r.gap where r.ended_at between
        ${platform.now()}::timestamptz - interval '1 day' and ${platform.now()}::timestamptz - interval '60 seconds'
      and r.expected_steps is not null and r.gap <> (r.steps < r.expected_steps)`,
  );

/** A child may be reported before its parent: its claim is looked at again while it is fresh. */
export const markParents = (platform: Platform): Promise<void> =>
  updateRuns(
    platform,
    sql`update runs r set parent_verified = true where r.parent_verified = false
      and r.started_at > ${platform.now()}::timestamptz - interval '1 hour'
      and exists (select from runs p where p.org_id = r.org_id and p.id = r.parent_run_id)`,
  );
