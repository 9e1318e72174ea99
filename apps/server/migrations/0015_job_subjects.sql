-- The work that was done about one thing: the newest pass of an agent's provisioning, for its page.
create index work_jobs_subject on work_jobs (org_id, (subject ->> 'id'), created_at desc, id desc);
