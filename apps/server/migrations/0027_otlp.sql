-- Spans wait here until their trace settles: a span is sent when it ends, so children come first and what they belong to
-- is not known yet. Batches of processes (telemetry_batches) name their run in every line and need no such place.
create sequence otlp_batches;

create table otlp_traces (
  org_id uuid not null references organizations on delete cascade,
  trace_id uuid not null,
  -- The run of what belongs to no agent span; the ids of the others are derived from it.
  run_id uuid not null,
  -- The service key or process that sent the first span.
  producer_id uuid not null,
  root_ended boolean not null,
  -- How often spans were claimed to be turned into steps.
  settles int not null default 0,
  -- The number of the batch that is being written; null when none is.
  pending_batch bigint,
  -- When to settle; null when nothing waits.
  due_at timestamptz,
  last_span_at timestamptz not null,
  primary key (org_id, trace_id)
);
create index otlp_traces_due on otlp_traces (due_at) where due_at is not null;
create index otlp_traces_age on otlp_traces (last_span_at);

create table otlp_spans (
  org_id uuid not null,
  day date not null,
  trace_id uuid not null,
  span_id text not null,
  parent_span_id text,
  started_us bigint not null,
  ended_us bigint not null,
  -- What the span means, redacted; null for one that is only a link between others.
  body jsonb,
  -- The claim of its trace that took it.
  settle int,
  primary key (org_id, trace_id, span_id, day)
) partition by range (day);
