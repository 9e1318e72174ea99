import { sql } from 'kysely';

/**
 * SQL: how it stands with a delivery `d` whose job is `j` (left join). The job tells while it is kept. One that was taken
 * back with its agent leaves a delivery that goes nowhere until somebody retries it: dead.
 */
export const deliveryState = sql<'queued' | 'retrying' | 'delivered' | 'dead'>`(case
  when j.state = 'succeeded' then 'delivered'
  when j.state in ('failed', 'dead') then 'dead'
  when j.state is not null then case when j.attempts > (j.state = 'running')::int then 'retrying' else 'queued' end
  when d.state = 'queued' then 'dead'
  else d.state end)`;
