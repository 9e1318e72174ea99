-- What agents may do. No other table could hold it: agent_versions are manifests of one agent, these are texts about many.
create table policies (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  -- Never given to another policy: `name@version:rule` names a rule for good.
  name text not null check (char_length(name) between 1 and 64),
  latest_version int not null default 1 check (latest_version >= 1),
  -- What holds now; null when nothing ever did.
  activation_id uuid,
  archived_at timestamptz,
  created_by jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, name),
  unique (org_id, id)
);

create table policy_versions (
  org_id uuid not null,
  policy_id uuid not null,
  version int not null check (version >= 1),
  -- SHA-256 of the source.
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  source text not null check (octet_length(source) <= 262144),
  note text check (char_length(note) <= 2000),
  author jsonb not null,
  created_at timestamptz not null default now(),
  primary key (policy_id, version),
  foreign key (org_id, policy_id) references policies (org_id, id) on delete cascade
);
create index policy_versions_org on policy_versions (org_id, policy_id);

create function policy_versions_are_immutable() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' or pg_trigger_depth() = 1 then
    raise exception 'policy versions are immutable' using errcode = 'restrict_violation';
  end if;
  return old;
end $$;
create trigger policy_versions_immutable before update or delete on policy_versions
  for each row execute function policy_versions_are_immutable();

-- Which version held when, how strictly and for whom. A row stays what it was: the next one ends it.
create table policy_activations (
  id uuid primary key,
  org_id uuid not null,
  policy_id uuid not null,
  -- Which of the policy's it is, from 1.
  number int not null,
  version int not null,
  kind text not null check (kind in ('activate', 'rollback', 'archive')),
  mode text not null check (mode in ('enforce', 'monitor', 'dry_run', 'off')),
  -- Whom it is about, as keys such as `agent_type:refund-agent`, and who of them is left out.
  scope_keys text[] not null,
  exclude_keys text[] not null default '{}',
  -- What agents get, in the order of keys that the form has.
  ir json not null,
  rule_count int not null,
  -- Whether somebody answered for enforcing what was not observed before.
  acknowledged boolean not null default false,
  reason text check (char_length(reason) <= 2000),
  by jsonb not null,
  at timestamptz not null default now(),
  unique (org_id, id),
  unique (policy_id, number),
  foreign key (policy_id, version) references policy_versions (policy_id, version) on delete cascade,
  foreign key (org_id, policy_id) references policies (org_id, id) on delete cascade
);
create index policy_activations_policy on policy_activations (org_id, policy_id, number desc);
create index policy_activations_version on policy_activations (policy_id, version);
alter table policies add foreign key (org_id, activation_id) references policy_activations (org_id, id)
  on delete set null (activation_id) deferrable initially deferred;
create index policies_activation on policies (org_id, activation_id) where activation_id is not null;

-- The only escape from a rule: of one agent, for a time, with a reason.
create table policy_exceptions (
  id uuid primary key,
  org_id uuid not null,
  policy_id uuid not null,
  rule text not null check (char_length(rule) between 1 and 64),
  agent_id uuid not null,
  reason text not null check (char_length(reason) between 1 and 2000),
  approved_by jsonb not null,
  until timestamptz not null,
  created_at timestamptz not null default now(),
  check (until > created_at and until <= created_at + interval '90 days'),
  unique (policy_id, rule, agent_id),
  foreign key (org_id, policy_id) references policies (org_id, id) on delete cascade,
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade
);
create index policy_exceptions_policy on policy_exceptions (org_id, policy_id, created_at desc, id desc);
create index policy_exceptions_agent on policy_exceptions (org_id, agent_id, until);
