-- The last end of each chain that the server has signed: with it, entries cut off at the end are noticed.
alter table audit_heads
  add column signed_seq bigint not null default 0,
  add column signed_at timestamptz,
  add column signed_head jsonb;
