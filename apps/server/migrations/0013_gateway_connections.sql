-- One identity per organization, made before its first connection and shared by all server instances.
create table gateway_devices (
  id uuid primary key,
  org_id uuid not null unique references organizations on delete cascade,
  device_id text not null,
  public_key text not null,
  private_key_enc bytea not null,
  created_at timestamptz not null default now()
);

-- What a gateway gave our device when it was paired.
create table gateway_device_tokens (
  id uuid primary key,
  org_id uuid not null,
  gateway_id uuid not null unique,
  token_enc bytea not null,
  scopes text[] not null,
  issued_at timestamptz not null default now(),
  foreign key (org_id, gateway_id) references gateways (org_id, id) on delete cascade
);
create index gateway_device_tokens_org on gateway_device_tokens (org_id, gateway_id);

-- Who among the server's instances holds a gateway's connection, and who writes its configuration.
create table gateway_leases (
  gateway_id uuid not null references gateways on delete cascade,
  purpose text not null check (purpose in ('connection', 'config')),
  holder uuid not null,
  held_until timestamptz not null,
  primary key (gateway_id, purpose)
) with (fillfactor = 50);
create index gateway_leases_holder on gateway_leases (holder);

-- Tells a restart of the gateway from a broken connection.
alter table gateways add column boot_id text;
