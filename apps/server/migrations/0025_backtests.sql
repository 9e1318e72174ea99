-- A policy tried on recorded calls. Not a row of work_jobs alone: that forgets what succeeded after a week, and neither
-- pages rows nor can be canceled while it runs; the job that runs it stays there.
create table backtests (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  job_id uuid,
  -- Of a saved version; a draft has only its source.
  policy_id uuid,
  policy_version int,
  policy_name text not null check (char_length(policy_name) <= 64),
  source text not null check (octet_length(source) <= 262144),
  from_at timestamptz not null,
  to_at timestamptz not null check (to_at > from_at),
  -- Null: all agents that the policy is about.
  agent_ids uuid[],
  state text not null default 'queued' check (state in ('queued', 'running', 'succeeded', 'failed', 'canceled')),
  calls_done int not null default 0,
  calls_total int,
  report jsonb,
  -- The first that it did something about; all of them are computed again for an export.
  rows jsonb not null default '[]',
  error jsonb,
  created_by jsonb not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create index backtests_org on backtests (org_id, created_at desc, id desc);
create index backtests_open on backtests (org_id) where state in ('queued', 'running');
create index backtests_ended on backtests (ended_at) where ended_at is not null;

-- What rules in monitor would have done lately.
create index decisions_ts on decisions (org_id, ts);
