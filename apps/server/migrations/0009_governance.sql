-- Everything that waits for a person, whoever asks: board rules and agents now; policies, gateways and replays later.
create table approvals (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  kind text not null default 'board' check (kind in ('board', 'policy', 'gateway_exec', 'replay_step', 'change')),
  board_id uuid,
  task_id uuid,
  agent_id uuid references agents on delete set null,
  requested_by_kind text not null check (requested_by_kind in ('user', 'agent', 'system')),
  requested_by_user_id uuid references users on delete set null,
  action_type text not null check (char_length(action_type) between 1 and 200),
  payload jsonb,
  args jsonb,
  args_hash text not null check (args_hash ~ '^[0-9a-f]{64}$'),
  confidence double precision not null check (confidence between 0 and 100),
  rubric_scores jsonb,
  status text not null default 'pending' check (status in ('pending', 'approved', 'rejected')),
  resolution text check (resolution in ('approved', 'rejected', 'expired', 'withdrawn', 'superseded')),
  required_approvals int not null default 1 check (required_approvals between 1 and 10),
  eligible_group_ids uuid[] not null default '{}',
  expires_at timestamptz not null,
  resolved_at timestamptz,
  consumed_at timestamptz,
  consumed_by jsonb,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, id),
  check ((status = 'pending') = (resolved_at is null)),
  check (kind <> 'board' or board_id is not null),
  foreign key (org_id, board_id) references boards (org_id, id) on delete cascade,
  foreign key (org_id, task_id) references tasks (org_id, id) on delete set null (task_id)
);
create index approvals_board on approvals (board_id, created_at desc, id desc);
create index approvals_org on approvals (org_id, status, created_at desc, id desc);
create index approvals_pending on approvals (board_id) where status = 'pending';
create index approvals_expiry on approvals (expires_at) where status = 'pending';
create index approvals_task on approvals (task_id) where task_id is not null;
create index approvals_agent on approvals (agent_id) where agent_id is not null;
create index approvals_user on approvals (requested_by_user_id) where requested_by_user_id is not null;

create table approval_task_links (
  id uuid primary key,
  org_id uuid not null,
  approval_id uuid not null,
  task_id uuid not null,
  task_cycle int not null,
  -- Its place among the tasks of the approval.
  position int not null,
  -- Follows the approval's status in the same transaction.
  pending boolean not null default true,
  consumed_at timestamptz,
  created_at timestamptz not null default now(),
  unique (approval_id, task_id),
  foreign key (org_id, approval_id) references approvals (org_id, id) on delete cascade,
  foreign key (org_id, task_id) references tasks (org_id, id) on delete cascade
);
create unique index approval_task_links_pending on approval_task_links (task_id) where pending;
create index approval_task_links_task on approval_task_links (org_id, task_id);

create table approval_decisions (
  id uuid primary key,
  org_id uuid not null,
  approval_id uuid not null,
  user_id uuid references users on delete set null,
  delegated_by_user_id uuid references users on delete set null,
  board_group_id uuid,
  decision text not null check (decision in ('approved', 'rejected')),
  comment text check (char_length(comment) <= 4000),
  created_at timestamptz not null default now(),
  unique (approval_id, user_id),
  foreign key (org_id, approval_id) references approvals (org_id, id) on delete cascade,
  foreign key (org_id, board_group_id) references board_groups (org_id, id) on delete set null (board_group_id)
);
create unique index approval_decisions_group on approval_decisions (approval_id, board_group_id)
  where board_group_id is not null;
create index approval_decisions_org on approval_decisions (org_id, approval_id);
create index approval_decisions_user on approval_decisions (user_id);

-- A voice that is lent.
create table approval_delegations (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  from_user_id uuid not null references users on delete cascade,
  to_user_id uuid not null references users on delete cascade,
  group_ids uuid[] not null default '{}',
  from_at timestamptz not null,
  until timestamptz not null,
  created_at timestamptz not null default now(),
  check (from_user_id <> to_user_id),
  check (until > from_at and until <= from_at + interval '30 days')
);
create index approval_delegations_to on approval_delegations (org_id, to_user_id, until);
create index approval_delegations_from on approval_delegations (org_id, from_user_id);

-- Who did what, hash-chained per organization. One sealer appends behind the commit by reading `events`.
create table audit (
  org_id uuid not null references organizations on delete cascade,
  seq bigint not null,
  id uuid not null,
  event_tx xid8 not null,
  event_id bigint not null,
  action text not null,
  -- The record as it was hashed, without hash and prev_hash.
  record jsonb not null,
  -- RFC 8785 text of `record`: what the hash was made of.
  canonical text not null,
  prev_hash text not null,
  hash text not null,
  occurred_at timestamptz not null,
  primary key (org_id, seq),
  unique (org_id, id)
);
create index audit_time on audit (org_id, occurred_at desc);
create index audit_action on audit (org_id, action, seq desc);

create table audit_heads (
  org_id uuid primary key references organizations on delete cascade,
  seq bigint not null,
  hash text not null,
  updated_at timestamptz not null default now()
);

-- How far the sealer has read `events`; one row per deployment.
create table audit_sealer (
  id int primary key check (id = 1),
  tx xid8 not null,
  event_id bigint not null
);
insert into audit_sealer (id, tx, event_id) values (1, '0', 0);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  if current_setting('mc.audit_cut', true) is distinct from 'on' and pg_trigger_depth() = 1 then
    raise exception 'the audit trail is append-only' using errcode = 'restrict_violation';
  end if;
  return old;
end $$;
create trigger audit_append_only before update or delete on audit for each row execute function audit_is_append_only();
create function audit_is_never_truncated() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is append-only' using errcode = 'restrict_violation';
end $$;
create trigger audit_no_truncate before truncate on audit for each statement execute function audit_is_never_truncated();
