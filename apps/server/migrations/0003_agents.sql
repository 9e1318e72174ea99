-- One registry for both halves: OpenClaw agents (with gateway and board) and agents of any framework.
create table agents (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  slug text not null check (slug ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  name text not null check (char_length(name) between 1 and 200),
  origin text not null check (origin in ('openclaw', 'sdk', 'otlp')),
  kind text not null default 'external' check (kind in ('main', 'lead', 'worker', 'external')),
  agent_type text not null check (char_length(agent_type) between 1 and 128),
  framework text check (char_length(framework) <= 64),
  framework_version text check (char_length(framework_version) <= 64),
  description text check (char_length(description) <= 20000),
  owner_user_id uuid references users on delete set null,
  labels jsonb not null default '{}',
  model text check (char_length(model) <= 200),
  status text not null default 'offline' check (status in ('provisioning', 'online', 'offline', 'updating', 'deleting')),
  -- Highest support tier proved by traffic: 0 observed, 1 blocks, 2 replays.
  tier smallint not null default 0 check (tier between 0 and 2),
  control_state text not null default 'active' check (control_state in ('discovered', 'active', 'paused', 'draining', 'retired')),
  control_reason text,
  control_by jsonb,
  control_at timestamptz,
  active_version_id uuid,
  auto_activate boolean not null default true,
  fail_mode text not null default 'last_known' check (fail_mode in ('last_known', 'fail_closed', 'fail_open')),
  enforce_capabilities text not null default 'enforce' check (enforce_capabilities in ('enforce', 'monitor', 'off')),
  -- Grows with every change of what processes must know (state, version, enforcement).
  bundle int not null default 1,
  last_seen_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, slug),
  unique (org_id, id)
);
create index agents_org_created on agents (org_id, created_at desc);
create index agents_owner on agents (owner_user_id);

create table agent_versions (
  id uuid primary key,
  org_id uuid not null,
  agent_id uuid not null,
  number int not null check (number >= 1),
  label text check (char_length(label) <= 200),
  content_hash bytea not null,
  manifest jsonb not null,
  git_sha text check (char_length(git_sha) <= 64),
  lockfile_hash text check (char_length(lockfile_hash) <= 128),
  created_by jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'active', 'superseded', 'rejected')),
  created_at timestamptz not null default now(),
  unique (agent_id, content_hash),
  unique (agent_id, number),
  unique (agent_id, id),
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade
);
create index agent_versions_org on agent_versions (org_id, agent_id);
alter table agents add foreign key (id, active_version_id) references agent_versions (agent_id, id) deferrable initially deferred;

-- A version is what an agent was: only its state may move. A cascade from its agent still deletes it.
create function agent_versions_are_immutable() returns trigger language plpgsql as $$
begin
  if (to_jsonb(new) - 'state') is distinct from (to_jsonb(old) - 'state') then
    raise exception 'agent versions are immutable' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger agent_versions_immutable before update on agent_versions
  for each row execute function agent_versions_are_immutable();
create function agent_versions_are_kept() returns trigger language plpgsql as $$
begin
  if pg_trigger_depth() = 1 then
    raise exception 'agent versions are immutable' using errcode = 'restrict_violation';
  end if;
  return old;
end $$;
create trigger agent_versions_kept before delete on agent_versions
  for each row execute function agent_versions_are_kept();

-- Parents declared at enrolment; kept as text until the parent appears.
create table agent_parents (
  org_id uuid not null,
  agent_id uuid not null,
  parent_slug text not null check (char_length(parent_slug) <= 64),
  primary key (org_id, agent_id, parent_slug),
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade
);

-- Why an agent is paused: it runs again when every holder has let go.
create table agent_holds (
  id uuid primary key,
  org_id uuid not null,
  agent_id uuid not null,
  holder text not null check (char_length(holder) <= 128),
  reason text not null check (char_length(reason) <= 2000),
  by jsonb not null,
  at timestamptz not null default now(),
  retry_at timestamptz,
  unique (agent_id, holder),
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade
);
create index agent_holds_org on agent_holds (org_id, agent_id);

-- One running process that reports for one or more agents. The id is chosen by the process.
create table producers (
  org_id uuid not null references organizations on delete cascade,
  id uuid not null,
  host text check (char_length(host) <= 256),
  pid int,
  runtime text check (char_length(runtime) <= 128),
  sdk text check (char_length(sdk) <= 64),
  capabilities jsonb not null default '{}',
  last_seen_at timestamptz,
  batch_floor bigint not null default 0,
  bundle_versions jsonb not null default '{}',
  dropped jsonb not null default '{}',
  self jsonb not null default '{}',
  skew_ms int,
  redacted_by_server bigint not null default 0,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
create index producers_seen on producers (org_id, last_seen_at desc);

-- Which agents a process reports for, and the version of each that it runs.
create table producer_agents (
  org_id uuid not null,
  producer_id uuid not null,
  agent_id uuid not null,
  version_id uuid,
  primary key (org_id, producer_id, agent_id),
  foreign key (org_id, producer_id) references producers (org_id, id) on delete cascade,
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade,
  foreign key (agent_id, version_id) references agent_versions (agent_id, id)
);
create index producer_agents_agent on producer_agents (org_id, agent_id);
create index producer_agents_version on producer_agents (agent_id, version_id);

create table agent_tokens (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  agent_id uuid,
  producer_id uuid,
  hash bytea not null unique,
  state text not null default 'active' check (state in ('pending', 'active', 'retiring', 'revoked')),
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz,
  check (num_nonnulls(agent_id, producer_id) = 1),
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade,
  foreign key (org_id, producer_id) references producers (org_id, id) on delete cascade
);
create index agent_tokens_org on agent_tokens (org_id);
create index agent_tokens_agent on agent_tokens (agent_id) where agent_id is not null;
create index agent_tokens_producer on agent_tokens (org_id, producer_id) where producer_id is not null;

-- Health over time: a row when the colour or its reasons change.
create table agent_health (
  org_id uuid not null,
  agent_id uuid not null,
  at timestamptz not null,
  health text not null check (health in ('green', 'amber', 'red', 'grey')),
  reasons jsonb not null default '[]',
  primary key (agent_id, at),
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade
);
create index agent_health_org on agent_health (org_id, agent_id);
