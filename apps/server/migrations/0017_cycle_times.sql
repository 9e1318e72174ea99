-- When the cycle that a move to done ends began: how long cycles took is read without looking each beginning up.
alter table task_status_changes add column began_at timestamptz;

update task_status_changes c set began_at = s.at
from (select task_id, cycle, min(at) as at from task_status_changes where to_status = 'in_progress' group by 1, 2) s
where c.to_status = 'done' and s.task_id = c.task_id and s.cycle = c.cycle and s.at <= c.at;
