-- Telemetry. Every key begins with org_id; tables marked by `partition by range (day)` are split by the run's UTC day
-- (the day inside its UUIDv7) and dropped whole. No foreign keys: a check per row would cost more than the row.

-- Which batches are in. Claimed in the flush transaction, because COPY has no ON CONFLICT.
create table telemetry_batches (
  org_id uuid not null,
  producer_id uuid not null,
  batch bigint not null,
  response jsonb not null,
  committed_at timestamptz not null default now(),
  primary key (org_id, producer_id, batch)
);

create table runs (
  org_id uuid not null,
  day date not null,
  id uuid not null,
  -- null until run.start arrives, when a process of several agents sent a later event first.
  agent_id uuid,
  version_id uuid,
  producer_id uuid,
  root_run_id uuid not null,
  parent_run_id uuid,
  parent_step_key text,
  parent_verified boolean,
  -- null: the root run's id is the trace.
  trace_id text,
  task_id uuid,
  board_id uuid,
  source text not null default 'sdk',
  user_ref text,
  session text,
  name text,
  entrypoint text,
  status text not null default 'running',
  -- Sequence number of the event that set the status: the highest wins, whatever the order of arrival.
  status_seq bigint not null default -1,
  outcome text,
  error_type text,
  error_message text,
  started_at timestamptz not null,
  ended_at timestamptz,
  last_event_at timestamptz not null,
  dur_us bigint,
  tokens_input bigint not null default 0,
  tokens_cache_read bigint not null default 0,
  tokens_cache_write bigint not null default 0,
  tokens_output bigint not null default 0,
  tokens_reasoning bigint not null default 0,
  cost_usd numeric(14, 8),
  unpriced_tokens bigint not null default 0,
  steps int not null default 0,
  llm_calls int not null default 0,
  tool_calls int not null default 0,
  errors int not null default 0,
  blocked int not null default 0,
  retries int not null default 0,
  violations int not null default 0,
  max_seq bigint not null default -1,
  -- The newest open or closed step: what a live list shows.
  current_step text,
  confidence double precision,
  score double precision,
  sampled boolean,
  gap boolean not null default false,
  truncated boolean not null default false,
  expected_steps int,
  in_payload jsonb,
  out_payload jsonb,
  config jsonb,
  tags jsonb,
  replay_id uuid,
  replay_of uuid,
  pinned boolean not null default false,
  primary key (org_id, day, id)
) partition by range (day);
create index runs_agent on runs (org_id, agent_id, started_at desc);
create index runs_started on runs (org_id, started_at desc, id desc);
create index runs_open on runs (org_id, last_event_at) where status = 'running';
create index runs_failed on runs (org_id, started_at desc) where status in ('error', 'lost');
create index runs_ended on runs using brin (ended_at);
create index runs_orphans on runs (started_at) where parent_verified = false;
create index runs_root on runs (org_id, root_run_id);
create index runs_trace on runs (org_id, trace_id) where trace_id is not null;
create index runs_task on runs (org_id, task_id) where task_id is not null;

create table steps (
  org_id uuid not null,
  day date not null,
  run_id uuid not null,
  seq bigint not null,
  -- 0 open (the start alone), 1 closed (self-contained). Readers take the closed row per (key, attempt).
  phase smallint not null,
  key text not null,
  parent_key text,
  attempt int not null default 1,
  kind text not null,
  name text not null,
  agent_id uuid,
  version_id uuid,
  status text not null,
  started_at timestamptz not null,
  dur_us bigint,
  wait_us bigint,
  ttft_us bigint,
  model text,
  provider text,
  prompt_bucket smallint,
  tokens_input int,
  tokens_cache_read int,
  tokens_cache_write int,
  tokens_output int,
  tokens_reasoning int,
  cost_usd numeric(14, 8),
  finish text,
  side_effect text,
  args_hash text,
  idem text,
  error_type text,
  error_message text,
  error_stack text,
  in_payload jsonb,
  out_payload jsonb,
  decision_id uuid,
  ckpt jsonb,
  data_read text[],
  data_write text[]
) partition by range (day);
create index steps_run on steps (run_id, seq);
create index steps_started on steps using brin (started_at);
create index steps_tool on steps (org_id, name, started_at) where kind = 'tool' and phase = 1;

create table run_events (
  org_id uuid not null,
  day date not null,
  run_id uuid not null,
  seq bigint not null,
  t text not null,
  key text,
  ts timestamptz not null,
  body jsonb not null
) partition by range (day);
create index run_events_run on run_events (run_id, seq);

-- Every decision that is not a plain allow; plain allows are only counted in rollups.
create table decisions (
  org_id uuid not null,
  day date not null,
  id uuid not null,
  run_id uuid not null,
  seq bigint not null,
  key text not null,
  agent_id uuid,
  tool text not null,
  verdict text not null,
  rule_ref text,
  mode text not null,
  enforcement text not null,
  degraded boolean not null default false,
  matched jsonb not null default '[]',
  args_view jsonb,
  bundle int,
  ts timestamptz not null
) partition by range (day);
create index decisions_run on decisions (run_id, seq);
create index decisions_rule on decisions (org_id, rule_ref, ts);

create table blobs (
  org_id uuid not null,
  day date not null,
  hash bytea not null,
  enc text not null,
  size int not null,
  gzip boolean not null,
  redacted boolean not null default false,
  bytes bytea not null,
  primary key (day, org_id, hash)
) partition by range (day);
-- Already compressed when large; PostgreSQL need not try again.
alter table blobs alter column bytes set storage external;

create table blob_refs (
  org_id uuid not null,
  day date not null,
  hash bytea not null,
  run_id uuid not null,
  primary key (day, org_id, hash, run_id)
) partition by range (day);

-- Sums per minute and per hour, of the day of t. The flush appends deltas and a job folds them to one row per key:
-- readers sum. dim = 'all' counts ended runs (and the tokens of their steps), the others count steps. Histograms are OpenTelemetry exponential, scale 5, sparse {"index": count} over µs.
create table rollup_1m (
  org_id uuid not null,
  day date not null,
  t timestamptz not null,
  agent_id uuid,
  version_id uuid,
  dim text not null,
  dim_value text not null,
  n bigint not null,
  errors bigint not null default 0,
  blocked bigint not null default 0,
  retries bigint not null default 0,
  tokens_input bigint not null default 0,
  tokens_cache_read bigint not null default 0,
  tokens_cache_write bigint not null default 0,
  tokens_output bigint not null default 0,
  tokens_reasoning bigint not null default 0,
  cost_usd numeric(18, 8) not null default 0,
  unpriced_tokens bigint not null default 0,
  dur_sum_us bigint not null default 0,
  dur_hist jsonb,
  ttft_hist jsonb,
  score_sum double precision not null default 0,
  score_n bigint not null default 0
) partition by range (day);
create index rollup_1m_read on rollup_1m (org_id, agent_id, dim, t);
create index rollup_1m_t on rollup_1m using brin (t);

create table rollup_1h (like rollup_1m including defaults) partition by range (day);
create index rollup_1h_read on rollup_1h (org_id, agent_id, dim, t);
create index rollup_1h_t on rollup_1h using brin (t);

-- Creates the missing monthly partitions of a table for the months of from_day..to_day; returns how many.
create function ensure_month_partitions(parent text, from_day date, to_day date) returns int
language plpgsql as $$
declare
  month date := date_trunc('month', from_day);
  name text;
  made int := 0;
begin
  while month <= to_day loop
    name := parent || '_' || to_char(month, 'YYYYMM');
    if to_regclass(name) is null then
      execute format('create table %I partition of %I for values from (%L) to (%L)',
        name, parent, month, (month + interval '1 month')::date);
      made := made + 1;
    end if;
    month := (month + interval '1 month')::date;
  end loop;
  return made;
end $$;

create table telemetry_settings (
  org_id uuid primary key references organizations on delete cascade,
  settings jsonb not null,
  version int not null default 1,
  updated_at timestamptz not null default now()
);

-- Adds two sparse histograms.
create function hist_add(a jsonb, b jsonb) returns jsonb language sql immutable parallel safe as $$
  select case when a is null then b when b is null then a else (
    select jsonb_object_agg(k, n) from (
      select k, sum(v::bigint) as n from (
        select key as k, value as v from jsonb_each_text(a)
        union all
        select key, value from jsonb_each_text(b)
      ) both_sides group by k
    ) summed
  ) end
$$;
create aggregate hist_sum(jsonb) (sfunc = hist_add, stype = jsonb, parallel = safe);
