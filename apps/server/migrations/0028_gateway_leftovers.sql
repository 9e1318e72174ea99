-- An agent that was adopted without a board is watched only; it gets a credential no sooner than a board.
alter table agents drop constraint agents_check2;
alter table agents add constraint agents_board
  check (kind not in ('lead', 'worker') or board_id is not null or (adopted and not managed));

-- A version that somebody else wrote at the gateway, and what a person made of it; null while nobody did.
alter table agent_files add column found boolean not null default false;
alter table agent_files add column decision text check (decision in ('keep', 'take_over', 'overwrite'));

-- Jobs of one lane run a few at a time, in all processes together: each holds a numbered place while it runs.
alter table work_jobs add column lane text check (char_length(lane) <= 200);
alter table work_jobs add column lane_place smallint;
create unique index work_jobs_lane_place on work_jobs (lane, lane_place) where state = 'running' and lane is not null;
create index work_jobs_lane on work_jobs (lane, created_at, id) where state = 'queued' and lane is not null;
