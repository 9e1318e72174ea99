-- What is usual for an agent, by cell: all hours, an hour of the day (d13), an hour of the week (w37). No rollup has it:
-- those are kept for days and count what happened, these forget slowly and leave incidents out.
create table baselines (
  org_id uuid not null,
  agent_id uuid not null,
  cell text not null check (cell ~ '^(all|[dw][0-9]{1,3})$'),
  sums jsonb not null,
  -- Of the sums: older days weigh less.
  day date not null,
  -- The version whose steps are counted; of the cell `all` only.
  version_id uuid,
  -- Pairs of a sensitive store and a tool that sends out that were seen; of the cell `all` only.
  flows text[] not null default '{}',
  updated_at timestamptz not null,
  primary key (org_id, agent_id, cell),
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade
);

-- Up to when runs are in the baselines: one row.
create table baseline_progress (
  id boolean primary key default true check (id),
  learned_until timestamptz not null
);

-- What is unusual. A violation is one call against a rule, a breaker a rule's state: neither has a band, a beginning and an end.
create table anomalies (
  id uuid primary key,
  org_id uuid not null,
  agent_id uuid not null,
  version_id uuid,
  detector text not null check (char_length(detector) <= 64),
  metric text not null check (char_length(metric) <= 64),
  -- The tool or step that it is about; empty for all of the agent.
  scope text not null check (char_length(scope) <= 256),
  severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
  state text not null default 'open' check (state in ('open', 'acknowledged', 'closed')),
  opened_at timestamptz not null,
  began_at timestamptz not null,
  last_seen_at timestamptz not null,
  closed_at timestamptz,
  observed double precision not null,
  expected_low double precision,
  expected_high double precision,
  z double precision,
  n int not null,
  baseline_level text not null,
  cause jsonb,
  affected_agent_ids uuid[] not null default '{}',
  root_anomaly_id uuid references anomalies on delete set null,
  example_run_ids uuid[] not null default '{}',
  explanation text not null check (char_length(explanation) <= 4000),
  feedback text check (feedback in ('useful', 'not_useful', 'expected')),
  note text check (char_length(note) <= 2000),
  -- The detector is quiet on this agent until then.
  mute_until timestamptz,
  reaction jsonb,
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade
);
create unique index anomalies_open on anomalies (org_id, agent_id, detector, scope) where state <> 'closed';
create index anomalies_page on anomalies (org_id, opened_at desc, id desc);
create index anomalies_agent on anomalies (org_id, agent_id, opened_at desc);
create index anomalies_muted on anomalies (org_id, agent_id, detector) where mute_until is not null;
create index anomalies_root on anomalies (root_anomaly_id) where root_anomaly_id is not null;
