-- What a fact leaves in the readable history, for streams: {id, message, agent_id, task_id}; and the request that it
-- came by, for the audit trail: {id, ip}.
alter table events add column activity jsonb, add column request jsonb;

-- A stream that resumes reads the few types that it carries, among the many facts of runs.
drop index events_org;
create index events_org on events (org_id, type, tx, id);

-- The readable history, written by `publish` beside the `events` row. Kept 90 days; a comment's row lives with its comment.
create table activity_events (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  event_type text not null check (char_length(event_type) <= 128),
  message text check (char_length(message) <= 100000),
  agent_id uuid references agents on delete set null,
  user_id uuid references users on delete set null,
  actor jsonb not null,
  board_id uuid,
  task_id uuid,
  data jsonb,
  created_at timestamptz not null default now(),
  foreign key (org_id, board_id) references boards (org_id, id) on delete cascade,
  foreign key (org_id, task_id) references tasks (org_id, id) on delete cascade
);
create index activity_events_board on activity_events (board_id, created_at desc, id desc);
create index activity_events_org on activity_events (org_id, created_at desc, id desc);
create index activity_events_agent on activity_events (agent_id, created_at desc, id desc);
create index activity_events_user on activity_events (user_id);
create index activity_events_type on activity_events (event_type, created_at);
create index activity_events_task on activity_events (task_id, created_at) where task_id is not null;

-- The one outbox: what must happen after a commit, with its attempts, next retry and last error.
create table work_jobs (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  kind text not null check (char_length(kind) <= 128),
  state text not null default 'queued' check (state in ('queued', 'running', 'succeeded', 'failed', 'dead')),
  -- {kind, id} of what the job is about.
  subject jsonb,
  board_id uuid,
  payload jsonb not null,
  -- Jobs of one queue run one at a time, in the order they were made.
  queue text check (char_length(queue) <= 500),
  -- Not run until what it names (`gateway:<id>`, `board:<id>`) lets it go; shown as waiting.
  waits_for text check (char_length(waits_for) <= 200),
  progress jsonb,
  steps jsonb,
  result jsonb,
  error jsonb,
  attempts int not null default 0,
  max_attempts int not null default 8,
  next_retry_at timestamptz,
  -- A running job whose lease has passed belongs to a process that died.
  leased_until timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index work_jobs_org on work_jobs (org_id, state, created_at desc, id desc);
create index work_jobs_open on work_jobs (created_at) where state in ('queued', 'running');
create index work_jobs_queue on work_jobs (queue, created_at, id) where state in ('queued', 'running') and queue is not null;
create index work_jobs_waiting on work_jobs (waits_for) where waits_for is not null;
create index work_jobs_board on work_jobs (board_id) where board_id is not null;
create index work_jobs_ended on work_jobs (updated_at) where state in ('succeeded', 'failed', 'dead');

-- Answers of POSTs that carried an Idempotency-Key, for 24 h.
create table idempotency_keys (
  actor text not null,
  path text not null,
  key text not null,
  org_id uuid references organizations on delete cascade,
  body_hash bytea not null,
  status int,
  headers jsonb,
  answer text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (actor, path, key)
);
create index idempotency_keys_expiry on idempotency_keys (expires_at);
create index idempotency_keys_org on idempotency_keys (org_id);

create table board_webhooks (
  id uuid primary key,
  org_id uuid not null,
  board_id uuid not null,
  agent_id uuid references agents on delete set null,
  description text not null check (char_length(description) between 1 and 100000),
  enabled boolean not null default true,
  secret_enc bytea,
  previous_secret_enc bytea,
  previous_secret_valid_until timestamptz,
  signature_header text check (char_length(signature_header) <= 200),
  last_received_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, id),
  foreign key (org_id, board_id) references boards (org_id, id) on delete cascade
);
create index board_webhooks_board on board_webhooks (board_id, created_at desc);
create index board_webhooks_agent on board_webhooks (agent_id) where agent_id is not null;

create table board_webhook_payloads (
  id uuid primary key,
  org_id uuid not null,
  board_id uuid not null,
  webhook_id uuid not null,
  payload jsonb,
  headers jsonb,
  source_ip text,
  content_type text,
  -- What the sender calls this call; a second one with it is answered as the first was.
  idempotency_key text check (char_length(idempotency_key) <= 200),
  received_at timestamptz not null default now(),
  unique (org_id, id),
  unique (webhook_id, idempotency_key),
  foreign key (org_id, webhook_id) references board_webhooks (org_id, id) on delete cascade
);
create index board_webhook_payloads_list on board_webhook_payloads (board_id, webhook_id, received_at desc, id desc);
create index board_webhook_payloads_webhook on board_webhook_payloads (org_id, webhook_id);
create index board_webhook_payloads_age on board_webhook_payloads (received_at);

create table outbound_webhooks (
  id uuid primary key,
  org_id uuid not null references organizations on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  url text not null check (char_length(url) <= 2000),
  secret_enc bytea not null,
  event_types text[] not null,
  board_ids uuid[],
  enabled boolean not null default true,
  -- Facts before this instant are not sent.
  active_since timestamptz not null default now(),
  -- Failures in a row; it is paused at ten.
  failures int not null default 0,
  paused_reason text,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, id)
);
create index outbound_webhooks_org on outbound_webhooks (org_id, created_at desc);

-- One call to one target. While its job is kept the job tells how it goes; `state` and `attempts` are what it came to.
create table webhook_deliveries (
  id uuid primary key,
  org_id uuid not null,
  webhook_id uuid,
  outbound_webhook_id uuid,
  payload_id uuid,
  event_id text,
  event_type text,
  body jsonb,
  target text not null,
  job_id uuid references work_jobs on delete set null,
  state text not null default 'queued' check (state in ('queued', 'delivered', 'dead')),
  attempts int not null default 0,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  check (num_nonnulls(webhook_id, outbound_webhook_id) = 1),
  foreign key (org_id, webhook_id) references board_webhooks (org_id, id) on delete cascade,
  foreign key (org_id, payload_id) references board_webhook_payloads (org_id, id) on delete cascade,
  foreign key (org_id, outbound_webhook_id) references outbound_webhooks (org_id, id) on delete cascade
);
create index webhook_deliveries_webhook on webhook_deliveries (org_id, webhook_id, created_at desc, id desc)
  where webhook_id is not null;
create index webhook_deliveries_outbound on webhook_deliveries (org_id, outbound_webhook_id, created_at desc, id desc)
  where outbound_webhook_id is not null;
create index webhook_deliveries_payload on webhook_deliveries (org_id, payload_id) where payload_id is not null;
create index webhook_deliveries_job on webhook_deliveries (job_id);
create unique index webhook_deliveries_event on webhook_deliveries (outbound_webhook_id, event_id)
  where outbound_webhook_id is not null;

-- How far the dispatcher of outbound webhooks has read `events`; one row per deployment.
create table outbound_dispatcher (
  id int primary key check (id = 1),
  tx xid8 not null,
  event_id bigint not null
);
insert into outbound_dispatcher (id, tx, event_id) values (1, '0', 0);
