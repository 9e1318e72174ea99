-- Facts: one row per change, written in the transaction of the change (docs/decisions/0003).
-- Readers order by (tx, id) and stop below pg_snapshot_xmin, so a row that commits late is never skipped.
create table events (
  id bigint generated always as identity,
  tx xid8 not null default pg_current_xact_id(),
  org_id uuid not null,
  board_id uuid,
  type text not null check (char_length(type) <= 128),
  subject_kind text not null check (char_length(subject_kind) <= 64),
  subject_id uuid not null,
  actor jsonb not null,
  data jsonb not null,
  occurred_at timestamptz not null default now()
) partition by range (occurred_at);
create index events_tail on events (tx, id);
create index events_org on events (org_id, tx, id);

-- Creates the missing daily partitions of a table for from_day..to_day (UTC days, inclusive); returns how many.
-- The partition key is either a date or a timestamptz; both accept the same literal bounds at UTC.
create function ensure_day_partitions(parent text, from_day date, to_day date) returns int
language plpgsql set timezone = 'UTC' as $$
declare
  day date := from_day;
  name text;
  made int := 0;
begin
  while day <= to_day loop
    name := parent || '_' || to_char(day, 'YYYYMMDD');
    if to_regclass(name) is null then
      execute format('create table %I partition of %I for values from (%L) to (%L)', name, parent, day, day + 1);
      made := made + 1;
    end if;
    day := day + 1;
  end loop;
  return made;
end $$;

-- Sliding-minute counters shared by all instances. Unlogged: losing them in a crash only forgives a minute.
create unlogged table rate_limit_windows (
  bucket text not null,
  window_start timestamptz not null,
  hits int not null default 0,
  primary key (bucket, window_start)
);

-- When each recurring job is due: the instance that moves next_at on is the one that runs it.
create table recurring_jobs (
  name text primary key,
  next_at timestamptz not null
);
