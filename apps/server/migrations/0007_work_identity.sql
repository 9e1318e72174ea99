-- Who may see which board, invitations, and tokens that people make for their own programs.
create table organization_board_access (
  id uuid primary key,
  org_id uuid not null,
  organization_member_id uuid not null references organization_members on delete cascade,
  board_id uuid not null,
  can_read boolean not null default true,
  can_write boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_member_id, board_id),
  check (can_read or can_write),
  foreign key (org_id, board_id) references boards (org_id, id) on delete cascade
);
create index organization_board_access_board on organization_board_access (org_id, board_id);

create table organization_invites (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  invited_email text not null check (char_length(invited_email) <= 320),
  token_hash bytea not null unique,
  role text not null default 'member' check (role in ('owner', 'admin', 'member')),
  all_boards_read boolean not null default false,
  all_boards_write boolean not null default false,
  expires_at timestamptz not null,
  created_by_user_id uuid references users on delete set null,
  accepted_by_user_id uuid references users on delete set null,
  accepted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index organization_invites_pending on organization_invites (org_id, lower(invited_email))
  where accepted_at is null;
create index organization_invites_org on organization_invites (org_id, created_at desc);
create index organization_invites_email on organization_invites (lower(invited_email)) where accepted_at is null;
create index organization_invites_creator on organization_invites (created_by_user_id);
create index organization_invites_acceptor on organization_invites (accepted_by_user_id);

create table organization_invite_board_access (
  id uuid primary key,
  org_id uuid not null,
  organization_invite_id uuid not null references organization_invites on delete cascade,
  board_id uuid not null,
  can_read boolean not null default true,
  can_write boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_invite_id, board_id),
  check (can_read or can_write),
  foreign key (org_id, board_id) references boards (org_id, id) on delete cascade
);
create index organization_invite_board_access_board on organization_invite_board_access (org_id, board_id);

create table access_tokens (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  user_id uuid not null references users on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  scopes text[] not null check (scopes <@ array['read', 'write', 'admin']::text[] and cardinality(scopes) > 0),
  prefix text not null,
  token_hash bytea not null unique,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
);
create index access_tokens_user on access_tokens (user_id, created_at desc);
create index access_tokens_org on access_tokens (org_id);

-- The personal access token that opened a session, which ends with it.
alter table user_sessions add column access_token_id uuid references access_tokens on delete cascade;
create index user_sessions_access_token on user_sessions (access_token_id) where access_token_id is not null;

-- An organization has an owner, whatever code forgets; checked at commit, and not while the organization itself goes.
create function organizations_keep_an_owner() returns trigger language plpgsql as $$
begin
  if exists (select 1 from organizations where id = old.org_id)
    and exists (select 1 from organization_members where org_id = old.org_id)
    and not exists (select 1 from organization_members where org_id = old.org_id and role = 'owner') then
    raise exception 'an organization needs an owner' using errcode = 'restrict_violation',
      constraint = 'organization_members_owner';
  end if;
  return null;
end $$;
create constraint trigger organization_members_owner after update or delete on organization_members
  deferrable initially deferred for each row execute function organizations_keep_an_owner();
