-- Where a version is put into effect: the operator's own deployment endpoint. What authenticates us stands encrypted.
create table deploy_targets (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  kind text not null check (kind in ('webhook', 'command', 'kubernetes')),
  config jsonb not null,
  secret_enc bytea,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, name)
);

-- A version may name its own target; the reference is loose, because a version is never changed and a target may go.
alter table agent_versions
  add column deploy_target_id uuid,
  add column target_ref text check (char_length(target_ref) between 1 and 500);

alter table agents
  add column deploy_target_id uuid,
  add column auto_rollback boolean not null default false,
  add column drain_deadline_at timestamptz,
  add foreign key (org_id, deploy_target_id) references deploy_targets (org_id, id) on delete set null (deploy_target_id);

-- Every move of an agent's version pointer. Not a row of the outbox, which is forgotten after days, and not a column of
-- the version, which may be activated many times.
create table deployments (
  id uuid primary key,
  org_id uuid not null,
  agent_id uuid not null,
  from_version_id uuid,
  to_version_id uuid not null,
  kind text not null check (kind in ('activate', 'rollback', 'auto_rollback')),
  reason text not null check (char_length(reason) between 1 and 2000),
  actor jsonb not null,
  status text not null check (status in ('switching', 'live', 'pointer_only', 'superseded', 'failed', 'reverted')),
  target_id uuid,
  target_name text,
  attempts jsonb not null default '[]',
  error jsonb,
  accepted_at timestamptz,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  watch jsonb,
  watch_until timestamptz,
  foreign key (org_id, agent_id) references agents (org_id, id) on delete cascade,
  foreign key (agent_id, from_version_id) references agent_versions (agent_id, id),
  foreign key (agent_id, to_version_id) references agent_versions (agent_id, id),
  foreign key (org_id, target_id) references deploy_targets (org_id, id) on delete set null (target_id)
);
create index deployments_agent on deployments (org_id, agent_id, created_at desc, id desc);
create index deployments_org on deployments (org_id, created_at desc, id desc);
create index deployments_from on deployments (agent_id, from_version_id);
create index deployments_to on deployments (agent_id, to_version_id);
create index deployments_target on deployments (org_id, target_id) where target_id is not null;
create unique index deployments_switching on deployments (agent_id) where status = 'switching';
create index deployments_watched on deployments (watch_until) where watch_until is not null;
create index agents_deploy_target on agents (org_id, deploy_target_id) where deploy_target_id is not null;
create index agents_draining on agents (org_id) where control_state = 'draining';
