-- Whether agents get a circuit breaker with it: only then are their calls counted by ten seconds.
alter table policy_activations add column has_breaker boolean not null
  generated always as (ir::text like '%"kind":"breaker"%') stored;

-- One state machine: a breaker rule and an agent, a version of it, or a tool. No other table has it: a rule is a text of a
-- policy version, which never changes, and a hold says only that an agent is stopped.
create table breakers (
  id uuid primary key,
  org_id uuid not null,
  agent_id uuid not null,
  -- `policy:rule|agent`, `…|v3` or `…|tool`: the rule whatever its version.
  key text not null check (char_length(key) <= 800),
  -- `policy:rule`.
  rule_key text not null check (char_length(rule_key) <= 256),
  -- `policy@version:rule` as it holds now.
  rule_ref text not null check (char_length(rule_ref) <= 256),
  rule jsonb not null,
  mode text not null check (mode in ('enforce', 'monitor')),
  version_id uuid,
  tool text check (char_length(tool) <= 256),
  state text not null default 'closed' check (state in ('closed', 'open', 'half_open')),
  -- What being open does; an alert when too much of a type would stand still, none under monitor.
  effect text not null default 'none' check (effect in ('none', 'alert', 'pause', 'block_tool', 'route_version')),
  -- The person who keeps it where it is.
  held_by jsonb,
  reason text check (char_length(reason) <= 2000),
  -- What was measured when it opened last.
  value double precision,
  calls int,
  -- How often it opened in a row, less one: doubles the time it stays open.
  open_count int not null default 0 check (open_count >= 0),
  opened_at timestamptz,
  half_opened_at timestamptz,
  closed_at timestamptz,
  retry_at timestamptz,
  -- Calls before it do not count.
  counts_from timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, key),
  unique (org_id, id),
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade
);
create index breakers_agent on breakers (org_id, agent_id);
create index breakers_page on breakers (org_id, updated_at desc, id desc);
create index breakers_moving on breakers (org_id, agent_id) where state <> 'closed' and held_by is null;

-- The runs by which a half-open breaker finds out whether it may close. No lease: the server takes any run that began.
create table breaker_probes (
  org_id uuid not null,
  breaker_id uuid not null,
  run_id uuid not null,
  granted_at timestamptz not null,
  outcome text check (outcome in ('ok', 'failed', 'void')),
  primary key (breaker_id, run_id),
  foreign key (org_id, breaker_id) references breakers (org_id, id) on delete cascade
);
create index breaker_probes_org on breaker_probes (org_id, breaker_id);

-- Calls that ended within ten seconds. Not the rollups: those are minutes, and count what breakers do not.
create table breaker_buckets (
  org_id uuid not null references organizations on delete cascade,
  agent_id uuid not null,
  t timestamptz not null,
  version_id uuid,
  -- The tool; empty for calls of models.
  tool text not null,
  n int not null,
  errors int not null,
  violations int not null,
  dur_hist jsonb,
  unique nulls not distinct (org_id, agent_id, t, version_id, tool)
) with (fillfactor = 80);
create index breaker_buckets_t on breaker_buckets (t);

alter table violations
  add column line int,
  add column assignee_user_id uuid references users on delete set null,
  -- 0..1, and what it was made of.
  add column risk_score double precision check (risk_score between 0 and 1),
  add column risk_factors jsonb,
  add column approval_id uuid,
  -- SHA-256 over the steps of its run before it.
  add column history_hash text,
  -- What the run had done and said last, kept longer than the run.
  add column context jsonb;
create index violations_assignee on violations (assignee_user_id) where assignee_user_id is not null;
create index violations_rule on violations (org_id, rule_ref, ts desc) where rule_ref is not null;
create index violations_bare on violations (ts) where risk_score is null;
create index violations_context on violations (ts) where context is not null;

-- How an organization weighs what makes a call risky.
create table governance_settings (
  org_id uuid primary key references organizations on delete cascade,
  settings jsonb not null,
  version int not null default 1,
  updated_at timestamptz not null default now()
);
