-- Runs whose data people deleted: that they were, when and by whom. What still arrives of such a run goes like the rest.
create table run_tombstones (
  org_id uuid not null references organizations on delete cascade,
  run_id uuid not null,
  -- The UTC day in the run's id: where its rows are.
  day date not null,
  -- Where its spans wait, when it came by OpenTelemetry.
  trace_id text,
  deleted_by jsonb not null,
  deleted_at timestamptz not null,
  -- When everything was gone; null until then.
  erased_at timestamptz,
  primary key (org_id, run_id)
);
create index run_tombstones_due on run_tombstones (deleted_at) where erased_at is null;
create index run_tombstones_day on run_tombstones (day);
