create table organizations (
  id uuid primary key,
  name text not null check (char_length(name) <= 200),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index organizations_name on organizations (lower(name));

create table users (
  id uuid primary key,
  clerk_user_id text not null unique check (char_length(clerk_user_id) <= 255),
  email text check (char_length(email) <= 320),
  email_verified boolean not null default false,
  name text check (char_length(name) <= 200),
  preferred_name text check (char_length(preferred_name) <= 200),
  pronouns text check (char_length(pronouns) <= 200),
  timezone text check (char_length(timezone) <= 200),
  notes text check (char_length(notes) <= 10000),
  context text check (char_length(context) <= 10000),
  is_super_admin boolean not null default false,
  active_organization_id uuid references organizations on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index users_email on users (lower(email));
create index users_active_organization on users (active_organization_id);

create table organization_members (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null default 'member' check (role in ('owner', 'admin', 'member')),
  all_boards_read boolean not null default false,
  all_boards_write boolean not null default false,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, user_id)
);
create index organization_members_user on organization_members (user_id, created_at);

create table user_sessions (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  token_hash bytea not null unique,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index user_sessions_user on user_sessions (user_id);
create index user_sessions_expiry on user_sessions (expires_at);

create table service_keys (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  prefix text not null,
  token_hash bytea not null unique,
  scopes text[] not null check (scopes <@ array['enroll', 'otlp', 'metrics', 'read']::text[] and cardinality(scopes) > 0),
  -- Globs of agent slugs that the key may enrol; empty means any.
  agent_slugs text[] not null default '{}',
  created_by_user_id uuid references users on delete set null,
  expires_at timestamptz,
  last_used_at timestamptz,
  last_used_ip text,
  created_at timestamptz not null default now()
);
create index service_keys_org on service_keys (org_id, created_at desc);
create index service_keys_creator on service_keys (created_by_user_id);
