import type pg from 'pg';
import { toArrayParameters, unnest } from '#server/platform/postgres/copy.ts';
import { RUN_FACT, RUN_JOINS } from '../runs/run-wire.sql.ts';
import { runUpdated } from '../runs/runs.events.ts';
import { RUN_COLUMNS, type RunDelta } from './run-delta.ts';

/** Columns that run.start sets: whoever knows it wins over who does not. */
const FROM_START = [
  ...['agent_id', 'version_id', 'parent_run_id', 'parent_step_key', 'trace_id', 'task_id', 'user_ref', 'session'],
  ...['name', 'entrypoint', 'sampled', 'in_payload', 'config', 'tags', 'replay_id', 'replay_of'],
];
/** Columns that run.end sets: the one with the highest sequence number wins, whatever the order of arrival. */
const FROM_END = [
  ...['outcome', 'error_type', 'error_message', 'out_payload', 'confidence', 'score', 'expected_steps', 'ended_at'],
];
const COUNTERS = [
  ...['tokens_input', 'tokens_cache_read', 'tokens_cache_write', 'tokens_output', 'tokens_reasoning'],
  ...['unpriced_tokens', 'steps', 'llm_calls', 'tool_calls', 'errors', 'blocked', 'retries', 'violations'],
];
const STORED = RUN_COLUMNS.map(({ name }) => name).filter((name) => name !== 'parent_day');

const micros = (from: string, to: string) => `(extract(epoch from ${to} - ${from}) * 1000000)::bigint`;
const STARTED = 'least(r.started_at, excluded.started_at)';
const ENDS_LATER = 'excluded.status_seq > r.status_seq';

const ASSIGNMENTS = [
  ...FROM_START.map((name) => `${name} = coalesce(r.${name}, excluded.${name})`),
  ...FROM_END.map((name) => `${name} = case when ${ENDS_LATER} then excluded.${name} else r.${name} end`),
  ...COUNTERS.map((name) => `${name} = r.${name} + excluded.${name}`),
  'cost_usd = case when r.cost_usd is null then excluded.cost_usd else r.cost_usd + coalesce(excluded.cost_usd, 0) end',
  // A run that was given up as lost lives again when anything is heard of it.
  `status = case when ${ENDS_LATER} then excluded.status when r.status = 'lost' then 'running' else r.status end`,
  'status_seq = greatest(r.status_seq, excluded.status_seq)',
  'root_run_id = case when r.parent_run_id is null then excluded.root_run_id else r.root_run_id end',
  'parent_verified = coalesce(r.parent_verified, excluded.parent_verified)',
  `started_at = ${STARTED}`,
  `dur_us = case when ${ENDS_LATER} then ${micros(STARTED, 'excluded.ended_at')}
     else ${micros(STARTED, 'r.ended_at')} end`,
  'last_event_at = greatest(r.last_event_at, excluded.last_event_at)',
  'current_step = case when excluded.max_seq > r.max_seq then coalesce(excluded.current_step, r.current_step) else r.current_step end',
  'max_seq = greatest(r.max_seq, excluded.max_seq)',
  'truncated = r.truncated or excluded.truncated',
];

/**
 * Adds deltas to runs and appends one `run.updated` for each, in one statement: the fact holds the row as it became.
 * It writes the `events` row itself instead of by `publish`, because the row never leaves the database.
 */
const SAVE = {
  name: 'ingest-runs',
  text: `
    with incoming as materialized (select * from ${unnest('d', RUN_COLUMNS)}),
    saved as (
      insert into runs as r (${STORED.join(', ')}, parent_verified, dur_us)
      select ${STORED.map((name) => `d.${name}`).join(', ')},
        case when d.parent_run_id is not null then exists (
            select from incoming p where p.org_id = d.org_id and p.id = d.parent_run_id)
          or exists (
            select from runs p where p.org_id = d.org_id and p.day = d.parent_day and p.id = d.parent_run_id) end,
        ${micros('d.started_at', 'd.ended_at')}
      from incoming d
      on conflict (org_id, day, id) do update set ${ASSIGNMENTS.join(', ')}
      returning r.*)
    insert into events (org_id, board_id, type, subject_kind, subject_id, actor, data)
    select r.org_id, r.board_id, '${runUpdated.type}', '${runUpdated.subject}', r.id,
      jsonb_build_object('kind', 'process', 'id', r.producer_id), ${RUN_FACT}
    from saved r ${RUN_JOINS}`,
};

/** Adds deltas, which are sorted by key, to their runs and appends `run.updated` for each; tails are woken behind the commit. */
export async function saveRuns(client: pg.Client, runs: readonly RunDelta[]): Promise<void> {
  if (runs.length === 0) return;
  await client.query({ ...SAVE, values: toArrayParameters(RUN_COLUMNS, runs) });
}
