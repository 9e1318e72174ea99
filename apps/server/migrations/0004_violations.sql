create table violations (
  org_id uuid not null references organizations on delete cascade,
  -- Made by the process that was stopped, so unique within its organization only.
  id uuid not null,
  agent_id uuid not null,
  version_id uuid,
  run_id uuid,
  seq bigint,
  step_key text check (char_length(step_key) <= 1024),
  tool text check (char_length(tool) <= 256),
  -- capability.tool_undeclared, capability.store_undeclared, …
  code text not null check (char_length(code) <= 128),
  rule_ref text check (char_length(rule_ref) <= 256),
  mode text not null check (mode in ('enforce', 'monitor')),
  verdict text not null check (verdict in ('block', 'require_approval', 'warn')),
  enforcement text not null check (enforcement in ('blocked', 'would_have', 'none')),
  severity text not null default 'medium' check (severity in ('info', 'low', 'medium', 'high', 'critical')),
  args_view jsonb,
  args_hash text,
  matched jsonb not null default '[]',
  explanation text not null check (char_length(explanation) <= 4000),
  bundle int,
  degraded boolean not null default false,
  ts timestamptz not null,
  state text not null default 'open' check (state in ('open', 'acknowledged', 'resolved', 'false_positive')),
  note text check (char_length(note) <= 4000),
  state_by jsonb,
  state_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
create index violations_org_ts on violations (org_id, ts desc, id desc);
create index violations_agent on violations (org_id, agent_id, ts desc);
create index violations_run on violations (org_id, run_id) where run_id is not null;
create index violations_open on violations (org_id, ts desc) where state = 'open';
