-- Leave for calls like the one that people saw: `pins` is what these must have in common with it. A column of grants and
-- no table of its own, because it is given, used up and taken back like any other leave.
alter table grants add column pins jsonb;

-- Whether who approved meant calls like it, too.
alter table approval_decisions add column allows_like boolean not null default false;
