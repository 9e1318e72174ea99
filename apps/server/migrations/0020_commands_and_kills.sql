-- Signs commands and bundles to the process; base64 of 32 bytes, encrypted.
alter table producers add column command_key_enc bytea;

-- What a process is told at once. Written in the transaction of its cause, delivered until acknowledged or expired. Not
-- rows of the outbox, which the server itself does, and not events, which have no addressee and nobody acknowledges.
create table commands (
  id uuid primary key,
  org_id uuid not null,
  producer_id uuid not null,
  seq bigint generated always as identity,
  type text not null check (char_length(type) <= 64),
  body jsonb not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  acked_at timestamptz,
  foreign key (org_id, producer_id) references producers (org_id, id) on delete cascade
);
create index commands_waiting on commands (org_id, producer_id, seq) where acked_at is null;
create index commands_expired on commands (expires_at);

-- An agent is killed while a kill that has not been released covers it.
create table kills (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  scope_kind text not null check (scope_kind in ('org', 'board', 'board_group', 'agent_type', 'agent')),
  -- Of the board, board group or agent; no foreign key: a kill is kept when what it was for goes.
  scope_id uuid,
  -- The type, or how the scope was called when it was killed.
  scope_name text not null check (char_length(scope_name) <= 200),
  abort boolean not null,
  reason text not null check (char_length(reason) <= 2000),
  set_by jsonb not null,
  set_at timestamptz not null,
  -- The share of its agents that was let go; 100 once it is released.
  released_percent smallint not null default 0 check (released_percent in (0, 10, 50, 100)),
  released_by jsonb,
  released_at timestamptz,
  check ((released_percent = 100) = (released_at is not null)),
  check ((scope_kind in ('org', 'agent_type')) = (scope_id is null))
);
create index kills_active on kills (org_id, set_at desc, id desc) where released_at is null;

-- Where an agent stands between 0 and 99 when a kill is released step by step; always the same.
create function kill_share(agent uuid) returns int language sql immutable parallel safe as
  $$ select (('x' || substr(md5(agent::text), 1, 8))::bit(32)::bigint % 100)::int $$;

create view agent_kills as
  select k.org_id, a.id as agent_id, k.id as kill_id, k.abort, k.reason, k.set_at
  from kills k
  join agents a on a.org_id = k.org_id
  left join boards b on b.org_id = a.org_id and b.id = a.board_id
  where k.released_at is null and kill_share(a.id) >= k.released_percent
    and case k.scope_kind
      when 'org' then true
      when 'agent' then a.id = k.scope_id
      when 'agent_type' then a.agent_type = k.scope_name
      when 'board' then a.board_id = k.scope_id
      else b.board_group_id = k.scope_id
    end;
