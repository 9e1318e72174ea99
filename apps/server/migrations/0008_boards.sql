create extension if not exists btree_gin;

create table board_memory (
  id uuid primary key,
  org_id uuid not null,
  board_id uuid not null,
  content text not null check (char_length(content) <= 100000 and btrim(content) <> ''),
  tags text[],
  is_chat boolean not null default false,
  source text check (char_length(source) <= 20000),
  user_id uuid references users on delete set null,
  agent_id uuid references agents on delete set null,
  edited_at timestamptz,
  search tsvector generated always as (to_tsvector('simple', left(content, 50000))) stored,
  created_at timestamptz not null default now(),
  foreign key (org_id, board_id) references boards (org_id, id) on delete cascade
);
create index board_memory_list on board_memory (org_id, board_id, is_chat, created_at desc, id desc);
create index board_memory_all on board_memory (org_id, board_id, created_at desc, id desc);
create index board_memory_search on board_memory using gin (board_id, search);
create index board_memory_tags on board_memory using gin (board_id, tags);
create index board_memory_user on board_memory (user_id);
create index board_memory_agent on board_memory (agent_id);

create table board_group_memory (
  id uuid primary key,
  org_id uuid not null,
  board_group_id uuid not null,
  content text not null check (char_length(content) <= 100000 and btrim(content) <> ''),
  tags text[],
  is_chat boolean not null default false,
  source text check (char_length(source) <= 20000),
  user_id uuid references users on delete set null,
  agent_id uuid references agents on delete set null,
  edited_at timestamptz,
  search tsvector generated always as (to_tsvector('simple', left(content, 50000))) stored,
  created_at timestamptz not null default now(),
  foreign key (org_id, board_group_id) references board_groups (org_id, id) on delete cascade
);
create index board_group_memory_list on board_group_memory (org_id, board_group_id, is_chat, created_at desc, id desc);
create index board_group_memory_all on board_group_memory (org_id, board_group_id, created_at desc, id desc);
create index board_group_memory_search on board_group_memory using gin (board_group_id, search);
create index board_group_memory_tags on board_group_memory using gin (board_group_id, tags);
create index board_group_memory_user on board_group_memory (user_id);
create index board_group_memory_agent on board_group_memory (agent_id);

create table board_onboarding_sessions (
  id uuid primary key,
  org_id uuid not null,
  board_id uuid not null,
  session_key text not null,
  status text not null default 'active' check (status in ('active', 'completed', 'confirmed')),
  messages jsonb not null default '[]',
  draft_goal jsonb,
  dispatch_state text not null default 'idle' check (dispatch_state in ('idle', 'sending', 'waiting_agent', 'failed')),
  last_error jsonb,
  next_retry_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (org_id, board_id) references boards (org_id, id) on delete cascade
);
create unique index board_onboarding_sessions_active on board_onboarding_sessions (board_id) where status = 'active';
create index board_onboarding_sessions_board on board_onboarding_sessions (org_id, board_id, updated_at desc);

create table tags (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  slug text not null check (char_length(slug) between 1 and 120),
  color text not null default '9e9e9e' check (color ~ '^[0-9a-f]{6}$'),
  description text check (char_length(description) <= 20000),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, slug),
  unique (org_id, id)
);
create index tags_name on tags (org_id, lower(name), created_at);

create table task_custom_field_definitions (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  field_key text not null check (char_length(field_key) between 1 and 200),
  label text not null check (char_length(label) between 1 and 200),
  field_type text not null default 'text'
    check (field_type in ('text', 'text_long', 'integer', 'decimal', 'boolean', 'date', 'date_time', 'url', 'json')),
  ui_visibility text not null default 'always' check (ui_visibility in ('always', 'if_set', 'hidden')),
  validation_regex text check (char_length(validation_regex) <= 500),
  description text check (char_length(description) <= 20000),
  required boolean not null default false,
  default_value jsonb,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, field_key),
  unique (org_id, id)
);

create table board_task_custom_fields (
  id uuid primary key,
  org_id uuid not null,
  board_id uuid not null,
  task_custom_field_definition_id uuid not null,
  created_at timestamptz not null default now(),
  unique (board_id, task_custom_field_definition_id),
  foreign key (org_id, board_id) references boards (org_id, id) on delete cascade,
  foreign key (org_id, task_custom_field_definition_id)
    references task_custom_field_definitions (org_id, id) on delete cascade
);
create index board_task_custom_fields_definition on board_task_custom_fields (org_id, task_custom_field_definition_id);

create table tasks (
  id uuid primary key,
  org_id uuid not null,
  board_id uuid not null,
  title text not null check (char_length(title) between 1 and 500),
  description text check (char_length(description) <= 100000),
  status text not null default 'inbox' check (status in ('inbox', 'in_progress', 'review', 'done')),
  priority text not null default 'medium' check (char_length(priority) between 1 and 32),
  due_at timestamptz,
  -- Fractional index within the column: order is by bytes.
  position text collate "C" not null check (char_length(position) between 1 and 200),
  cycle int not null default 1,
  in_progress_at timestamptz,
  previous_in_progress_at timestamptz,
  created_by_user_id uuid references users on delete set null,
  created_by_agent_id uuid references agents on delete set null,
  assigned_agent_id uuid references agents on delete set null,
  lease_id uuid,
  lease_fence bigint not null default 0,
  lease_expires_at timestamptz,
  auto_created boolean not null default false,
  auto_reason text check (char_length(auto_reason) <= 20000),
  -- due_at values that were announced: soon and overdue.
  due_soon_for timestamptz,
  overdue_for timestamptz,
  search tsvector generated always as
    (to_tsvector('simple', title || ' ' || left(coalesce(description, ''), 50000))) stored,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (board_id, id),
  unique (org_id, id),
  foreign key (org_id, board_id) references boards (org_id, id) on delete cascade
);
-- The organization is in them because every query names it, and two indexes would be read otherwise.
create index tasks_board_status on tasks (org_id, board_id, status, created_at desc, id desc);
create index tasks_board_position on tasks (org_id, board_id, status, position);
create index tasks_agent on tasks (assigned_agent_id) where assigned_agent_id is not null;
create index tasks_org_updated on tasks (org_id, updated_at desc);
create index tasks_due on tasks (due_at)
  where status <> 'done' and due_at is not null and overdue_for is distinct from due_at;
create index tasks_lease on tasks (lease_expires_at) where lease_expires_at is not null;
-- Common words are in the tasks of every organization.
create index tasks_search on tasks using gin (org_id, search);
create index tasks_creator_user on tasks (created_by_user_id);
create index tasks_creator_agent on tasks (created_by_agent_id) where created_by_agent_id is not null;

create table task_dependencies (
  id uuid primary key,
  org_id uuid not null,
  board_id uuid not null,
  task_id uuid not null,
  depends_on_task_id uuid not null,
  created_at timestamptz not null default now(),
  unique (task_id, depends_on_task_id),
  check (task_id <> depends_on_task_id),
  foreign key (board_id, task_id) references tasks (board_id, id) on delete cascade,
  foreign key (board_id, depends_on_task_id) references tasks (board_id, id) on delete cascade
);
create index task_dependencies_target on task_dependencies (depends_on_task_id);
create index task_dependencies_board on task_dependencies (org_id, board_id);

create table task_status_changes (
  id uuid primary key,
  org_id uuid not null,
  board_id uuid not null,
  task_id uuid not null,
  cycle int not null,
  from_status text,
  to_status text not null,
  actor_kind text not null,
  actor_id text,
  at timestamptz not null,
  foreign key (board_id, task_id) references tasks (board_id, id) on delete cascade
);
create index task_status_changes_task on task_status_changes (task_id, at);
create index task_status_changes_board on task_status_changes (board_id, to_status, at);

-- The id is that of the comment's activity row.
create table task_comments (
  id uuid primary key,
  org_id uuid not null,
  board_id uuid not null,
  task_id uuid not null,
  message text not null check (char_length(message) <= 100000),
  user_id uuid references users on delete set null,
  agent_id uuid references agents on delete set null,
  edited_at timestamptz,
  created_at timestamptz not null default now(),
  foreign key (board_id, task_id) references tasks (board_id, id) on delete cascade
);
create index task_comments_task on task_comments (task_id, created_at);
create index task_comments_org on task_comments (org_id, created_at desc);
create index task_comments_board on task_comments (board_id, created_at desc);
create index task_comments_user on task_comments (user_id);
create index task_comments_agent on task_comments (agent_id);

create table tag_assignments (
  id uuid primary key,
  org_id uuid not null,
  task_id uuid not null,
  tag_id uuid not null,
  created_at timestamptz not null default now(),
  unique (task_id, tag_id),
  foreign key (org_id, task_id) references tasks (org_id, id) on delete cascade,
  foreign key (org_id, tag_id) references tags (org_id, id) on delete cascade
);
create index tag_assignments_tag on tag_assignments (org_id, tag_id);

create table task_custom_field_values (
  id uuid primary key,
  org_id uuid not null,
  task_id uuid not null,
  task_custom_field_definition_id uuid not null,
  value jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (task_id, task_custom_field_definition_id),
  foreign key (org_id, task_id) references tasks (org_id, id) on delete cascade,
  foreign key (org_id, task_custom_field_definition_id) references task_custom_field_definitions (org_id, id)
    deferrable initially deferred
);
create index task_custom_field_values_definition on task_custom_field_values (org_id, task_custom_field_definition_id);
