-- What a process asks people about a call that it holds back. No table of its own: everything that waits for a person is
-- an approval.
alter table approvals
  -- The process that waits.
  add column producer_id uuid,
  add column step_key text check (char_length(step_key) <= 1024),
  -- `policy@version:rule`, all that ask.
  add column rules text[] not null default '{}',
  -- Who fills the places that are no department's; all empty: whoever may write on the board, else admins.
  add column asked_roles text[] not null default '{}',
  add column asked_user_ids uuid[] not null default '{}',
  add column asked_group_ids uuid[] not null default '{}',
  -- How many of required_approvals are theirs; null where departments alone count.
  add column asked_places int,
  add column exclude_owner boolean not null default false,
  add column on_timeout text not null default 'deny' check (on_timeout in ('deny', 'allow', 'abort')),
  -- Who joins when half of the time has passed, and three quarters; how many have.
  add column escalate_to jsonb not null default '[]',
  add column escalation_level smallint not null default 0,
  add column risk_score double precision check (risk_score between 0 and 1),
  add column risk_factors jsonb;
create index approvals_asked on approvals (org_id, created_at desc, id desc) where kind = 'policy';
create index approvals_producer on approvals (org_id, producer_id) where producer_id is not null;

-- Leave for one call, as it was when people allowed it. Not the approval: that says what was decided, this who may act on
-- it until when, and it is used in a single statement.
create table grants (
  id uuid primary key,
  org_id uuid not null,
  approval_id uuid not null,
  agent_id uuid not null,
  producer_id uuid not null,
  run_id uuid not null,
  step_key text not null,
  args_hash text not null,
  uses_left int not null check (uses_left between 0 and 50),
  expires_at timestamptz not null,
  created_at timestamptz not null,
  used_at timestamptz,
  unique (approval_id),
  foreign key (org_id, approval_id) references approvals (org_id, id) on delete cascade,
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade
);
create index grants_org on grants (org_id, approval_id);
create index grants_agent on grants (org_id, agent_id);
