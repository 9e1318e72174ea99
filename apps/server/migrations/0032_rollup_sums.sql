-- Sums of closed hours and days of rollup_1h, so that a question over thirty days reads thousands of rows and not millions.
-- rollup_1h cannot hold them: its rows are deltas of one agent and hour that a flush appends and readers add up.
-- grain: fleet_hour and fleet_day leave out agents and versions; agent_day keeps them. The dimensions task and board are
-- made of runs that ended, with agents kept, as agent_hour and agent_day: no call knows of its task.
create table rollup_sums (
  like rollup_1h including defaults,
  grain text not null check (grain in ('fleet_hour', 'fleet_day', 'agent_hour', 'agent_day'))
) partition by range (day);
create index rollup_sums_read on rollup_sums (org_id, grain, dim, t);

-- Which hours and days have been summed, and of how many counted things: late ones make a difference, and the sum is made anew.
create table rollup_spans (
  org_id uuid not null references organizations on delete cascade,
  grain text not null check (grain in ('hour', 'day')),
  t timestamptz not null,
  counted bigint not null,
  primary key (org_id, grain, t)
);

select ensure_month_partitions('rollup_sums', (now() - interval '31 days')::date, (now() + interval '3 days')::date);
