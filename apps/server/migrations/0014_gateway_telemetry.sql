-- Runs of gateways have ids of the gateway; ours are UUIDv7, by which runs are partitioned. Kept 30 days.
create table gateway_runs (
  gateway_id uuid not null,
  external_run_id text not null check (char_length(external_run_id) <= 500),
  org_id uuid not null,
  run_id uuid not null,
  day date not null,
  primary key (gateway_id, external_run_id),
  foreign key (org_id, gateway_id) references gateways (org_id, id) on delete cascade
);
create index gateway_runs_run on gateway_runs (org_id, run_id);
create index gateway_runs_day on gateway_runs (day);

-- How far a gateway was followed: what came later is caught up with after the next connect.
create table gateway_follows (
  gateway_id uuid primary key,
  org_id uuid not null,
  followed_until timestamptz not null,
  boot_id text,
  foreign key (org_id, gateway_id) references gateways (org_id, id) on delete cascade
);
create index gateway_follows_org on gateway_follows (org_id, gateway_id);

-- Where the history of a session was read to. Kept 30 days.
create table gateway_session_cursors (
  gateway_id uuid not null,
  session_key text not null check (char_length(session_key) <= 500),
  org_id uuid not null,
  cursor text not null check (char_length(cursor) <= 4000),
  updated_at timestamptz not null,
  primary key (gateway_id, session_key),
  foreign key (org_id, gateway_id) references gateways (org_id, id) on delete cascade
);
create index gateway_session_cursors_org on gateway_session_cursors (org_id, gateway_id);

-- Who priced a step, when it was not our price table.
alter table steps add column cost_source text;

-- What a gateway asks: its own id of the request, and the run that waits.
alter table approvals
  add column external_ref text check (char_length(external_ref) <= 500),
  add column run_id uuid,
  add column tool text check (char_length(tool) <= 256);
create unique index approvals_external on approvals (org_id, external_ref) where external_ref is not null;
create index approvals_run on approvals (org_id, run_id) where run_id is not null;

-- An agent that was only seen on a gateway works on no board and is no one's: a person adopts it, or not.
alter table agents drop constraint agents_check;
alter table agents add constraint agents_origin
  check ((kind = 'external') = (origin <> 'openclaw') or control_state = 'discovered');
