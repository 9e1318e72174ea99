-- The work half: boards with their groups, the gateways that run their agents, and what the registry keeps of such agents.
create table gateways (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  url text not null check (char_length(url) <= 2000),
  token_enc bytea,
  workspace_root text not null check (char_length(workspace_root) between 1 and 500),
  disable_device_pairing boolean not null default false,
  allow_insecure_tls boolean not null default false,
  credential_delivery text not null default 'file' check (credential_delivery in ('file', 'env', 'inline')),
  status text not null default 'unknown'
    check (status in ('unknown', 'connecting', 'connected', 'disconnected', 'needs_attention')),
  server_version text,
  protocol int,
  last_connected_at timestamptz,
  last_error jsonb,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, id)
);
create unique index gateways_name on gateways (org_id, lower(name));
create index gateways_org on gateways (org_id, created_at desc);

create table board_groups (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  slug text not null check (char_length(slug) between 1 and 200),
  description text check (char_length(description) <= 100000),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, slug),
  unique (org_id, id)
);
create index board_groups_name on board_groups (org_id, lower(name));

create table boards (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  slug text not null check (char_length(slug) between 1 and 220),
  description text not null default '' check (char_length(description) <= 100000),
  gateway_id uuid,
  board_group_id uuid,
  board_type text not null default 'goal' check (char_length(board_type) between 1 and 200),
  objective text check (char_length(objective) <= 100000),
  success_metrics jsonb,
  target_date timestamptz,
  goal_confirmed boolean not null default false,
  goal_source text check (char_length(goal_source) <= 20000),
  require_approval_for_done boolean not null default true,
  require_review_before_done boolean not null default false,
  comment_required_for_review boolean not null default false,
  block_status_changes_with_pending_approval boolean not null default false,
  only_lead_can_change_status boolean not null default false,
  max_agents int not null default 1 check (max_agents >= 0),
  paused_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, slug),
  unique (org_id, id),
  foreign key (org_id, gateway_id) references gateways (org_id, id) deferrable initially deferred,
  foreign key (org_id, board_group_id) references board_groups (org_id, id) on delete set null (board_group_id)
);
create index boards_name on boards (org_id, lower(name));
create index boards_gateway on boards (org_id, gateway_id) where gateway_id is not null;
create index boards_group on boards (org_id, board_group_id) where board_group_id is not null;

-- A registry row is also an agent of the work half: where it works and what the reconciler knows of it.
alter table agents
  add column board_id uuid,
  add column gateway_id uuid,
  add column openclaw_session_id text check (char_length(openclaw_session_id) <= 500),
  add column gateway_agent_id text check (char_length(gateway_agent_id) <= 200),
  add column adopted boolean not null default false,
  add column managed boolean not null default true,
  add column heartbeat_config jsonb,
  add column identity_profile jsonb,
  add column identity_template text check (char_length(identity_template) <= 100000),
  add column soul_template text check (char_length(soul_template) <= 200000),
  add column is_board_lead boolean generated always as (kind = 'lead') stored,
  add column provision_action text,
  add column provision_requested_at timestamptz,
  add column lifecycle_state text not null default 'steady'
    check (lifecycle_state in ('pending', 'writing', 'waking', 'steady', 'failed')),
  add column lifecycle_generation int not null default 0,
  add column wake_attempts int not null default 0,
  add column last_wake_sent_at timestamptz,
  add column checkin_deadline_at timestamptz,
  add column transition_deadline_at timestamptz,
  add column next_retry_at timestamptz,
  add column last_error jsonb,
  add foreign key (org_id, gateway_id) references gateways (org_id, id) deferrable initially deferred,
  add foreign key (org_id, board_id) references boards (org_id, id) deferrable initially deferred,
  add check ((kind = 'external') = (origin <> 'openclaw')),
  add check (kind <> 'main' or board_id is null),
  add check (kind not in ('lead', 'worker') or board_id is not null),
  add check (kind = 'external' or gateway_id is not null);
create unique index agents_lead on agents (board_id) where kind = 'lead';
create unique index agents_main on agents (gateway_id) where kind = 'main';
create unique index agents_gateway_name on agents (gateway_id, lower(name)) where gateway_id is not null;
create unique index agents_gateway_agent on agents (gateway_id, gateway_agent_id) where gateway_id is not null;
create index agents_board on agents (org_id, board_id, created_at desc) where board_id is not null;
create index agents_retry on agents (next_retry_at) where next_retry_at is not null;
create index agents_deadline on agents (transition_deadline_at) where transition_deadline_at is not null;

-- Files of a gateway agent as they were written; a rollback restores one. Never holds a token.
create table agent_files (
  id uuid primary key,
  org_id uuid not null,
  agent_id uuid not null,
  name text not null check (char_length(name) <= 200),
  version_no int not null,
  content text not null,
  content_hash text not null,
  gateway_hash text,
  written_at timestamptz,
  created_at timestamptz not null default now(),
  unique (agent_id, name, version_no),
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade
);
create index agent_files_org on agent_files (org_id, agent_id);

-- What must still be removed from a gateway. Outlives agent, board, gateway and organization, so no foreign key.
create table gateway_cleanups (
  id uuid primary key,
  org_id uuid,
  gateway_url text not null,
  gateway_token_enc bytea,
  flags jsonb not null default '{}',
  gateway_agent_id text,
  session_key text,
  workspace_path text,
  reason text not null,
  attempts int not null default 0,
  next_retry_at timestamptz default now(),
  last_error jsonb,
  done_at timestamptz,
  created_at timestamptz not null default now()
);
create index gateway_cleanups_due on gateway_cleanups (next_retry_at) where done_at is null;

-- Agents that authenticate by a token of their own; two slots while a token rotates.
alter table agent_tokens
  add column slot text check (slot in ('A', 'B')),
  add column file_hash bytea,
  add column activated_at timestamptz;
create unique index agent_tokens_slot on agent_tokens (agent_id, slot) where state <> 'revoked' and agent_id is not null;
create index agent_tokens_used on agent_tokens (last_used_at) where agent_id is not null;

-- Skills that agents can install, and the repositories they come from.
create table skill_packs (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  description text check (char_length(description) <= 20000),
  source_url text not null check (source_url like 'https://github.com/%/%'),
  branch text not null default 'main' check (char_length(branch) <= 250),
  metadata jsonb not null default '{}',
  last_synced_at timestamptz,
  last_error jsonb,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, source_url),
  unique (org_id, id)
);

create table marketplace_skills (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  description text check (char_length(description) <= 20000),
  category text check (char_length(category) <= 200),
  risk text check (char_length(risk) <= 200),
  source text check (char_length(source) <= 2000),
  source_url text not null check (char_length(source_url) <= 2000),
  metadata jsonb not null default '{}',
  pack_id uuid,
  stale boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, source_url),
  unique (org_id, id),
  foreign key (org_id, pack_id) references skill_packs (org_id, id) on delete set null (pack_id)
);
create index marketplace_skills_org on marketplace_skills (org_id, created_at desc);
create index marketplace_skills_pack on marketplace_skills (org_id, pack_id) where pack_id is not null;

create table gateway_installed_skills (
  id uuid primary key,
  org_id uuid not null,
  gateway_id uuid not null,
  skill_id uuid not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (gateway_id, skill_id),
  foreign key (org_id, gateway_id) references gateways (org_id, id) on delete cascade,
  foreign key (org_id, skill_id) references marketplace_skills (org_id, id) on delete cascade
);
create index gateway_installed_skills_skill on gateway_installed_skills (org_id, skill_id);
create index gateway_installed_skills_gateway on gateway_installed_skills (org_id, gateway_id);
