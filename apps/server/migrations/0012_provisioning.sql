-- What was learned of an agent's place on its gateway, and what a hard pause took from its session.
alter table agents
  add column workspace_path text check (char_length(workspace_path) <= 1000),
  add column credential_mode text check (credential_mode in ('file', 'env', 'inline')),
  add column hard_paused_at timestamptz,
  -- The permission mode that the session had before a hard pause; null is the gateway's default.
  add column permission_mode text check (char_length(permission_mode) <= 64);
