-- What the directory of souls has for an agent's role: {markdown, source_url}; null when it has nothing.
alter table agents add column role_soul jsonb;
