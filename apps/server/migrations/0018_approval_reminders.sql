-- When people were reminded of a request that something waits for.
alter table approvals add column reminded_at timestamptz;
