-- Budgets and places that agents share. Amounts are whole: tokens, 1e-8 US dollars, or places.

-- What may be used at once of one thing by all who share it: a run, an agent's hour, an organization's places.
create table lease_scopes (
  org_id uuid not null references organizations on delete cascade,
  -- kind:per:whom, for hours and days with their beginning.
  key text not null check (char_length(key) <= 200),
  -- As the policies said when it was last asked for.
  cap bigint not null check (cap >= 0),
  -- What people added to the cap of this one scope.
  lifted bigint not null default 0 check (lifted >= 0),
  committed bigint not null default 0 check (committed >= 0),
  reserved bigint not null default 0 check (reserved >= 0),
  -- People are told once, when this much was used.
  warn_at bigint,
  warned_at timestamptz,
  updated_at timestamptz not null,
  primary key (org_id, key)
) with (fillfactor = 70);
create index lease_scopes_old on lease_scopes (updated_at) where reserved = 0;

-- A share that a process holds, or waits for.
create table leases (
  org_id uuid not null references organizations on delete cascade,
  -- Made by the process: asking again is the same lease.
  id uuid not null,
  kind text not null check (kind in ('tokens', 'cost', 'concurrency', 'probe')),
  -- expired: its holder is silent, the rest is kept a while for what it may still report; settled: no longer.
  state text not null check (state in ('queued', 'granted', 'released', 'expired', 'settled')),
  agent_id uuid not null,
  producer_id uuid not null,
  -- The root of the tree of runs that it is for.
  run_id uuid not null,
  keys text[] not null,
  -- Given in all, of which `used` was committed and the rest is reserved while it is held.
  amount bigint not null default 0,
  used bigint not null default 0,
  -- Whether more was used than was given.
  overrun boolean not null default false,
  -- Of one that waits: the full scope that it waits for.
  blocked_by text,
  created_at timestamptz not null,
  -- Of a held one: when its holder counts as dead; of an expired one: when the rest is given back.
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (org_id, id)
) with (fillfactor = 70);
create index leases_due on leases (expires_at) where state in ('queued', 'granted', 'expired');
create index leases_queue on leases (org_id, blocked_by, created_at, id) where state = 'queued';
create index leases_run on leases (org_id, run_id);
create index leases_late on leases (ended_at) where state = 'settled';

-- Every movement, once for all scopes of its lease: per key the counters are the sums.
create table lease_ledger (
  org_id uuid not null references organizations on delete cascade,
  id bigint generated always as identity,
  -- Null for the sum of movements of long ago.
  lease_id uuid,
  keys text[] not null,
  reserved bigint not null,
  committed bigint not null,
  reason text not null check (reason in ('granted', 'used', 'released', 'expired', 'reported', 'folded')),
  at timestamptz not null,
  primary key (org_id, id)
);
create index lease_ledger_old on lease_ledger using brin (at);
