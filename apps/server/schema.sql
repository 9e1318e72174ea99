-- The database after all migrations, for readers. Written by `npm run generate`; never run.

create table access_tokens (
  id uuid not null,
  org_id uuid not null,
  user_id uuid not null,
  name text not null,
  scopes text[] not null,
  prefix text not null,
  token_hash bytea not null,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint access_tokens_token_hash_key UNIQUE (token_hash),
  constraint access_tokens_pkey PRIMARY KEY (id),
  constraint access_tokens_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint access_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint access_tokens_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 200),
  constraint access_tokens_scopes_check CHECK (scopes <@ ARRAY['read'::text, 'write'::text, 'admin'::text] AND cardinality(scopes) > 0)
);
CREATE INDEX access_tokens_org ON public.access_tokens USING btree (org_id);
CREATE INDEX access_tokens_user ON public.access_tokens USING btree (user_id, created_at DESC);

create table activity_events (
  id uuid not null,
  org_id uuid not null,
  event_type text not null,
  message text,
  agent_id uuid,
  user_id uuid,
  actor jsonb not null,
  board_id uuid,
  task_id uuid,
  data jsonb,
  created_at timestamp with time zone not null default now(),
  constraint activity_events_pkey PRIMARY KEY (id),
  constraint activity_events_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE SET NULL,
  constraint activity_events_org_id_board_id_fkey FOREIGN KEY (org_id, board_id) REFERENCES boards(org_id, id) ON DELETE CASCADE,
  constraint activity_events_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint activity_events_org_id_task_id_fkey FOREIGN KEY (org_id, task_id) REFERENCES tasks(org_id, id) ON DELETE CASCADE,
  constraint activity_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint activity_events_event_type_check CHECK (char_length(event_type) <= 128),
  constraint activity_events_message_check CHECK (char_length(message) <= 100000)
);
CREATE INDEX activity_events_agent ON public.activity_events USING btree (agent_id, created_at DESC, id DESC);
CREATE INDEX activity_events_board ON public.activity_events USING btree (board_id, created_at DESC, id DESC);
CREATE INDEX activity_events_org ON public.activity_events USING btree (org_id, created_at DESC, id DESC);
CREATE INDEX activity_events_task ON public.activity_events USING btree (task_id, created_at) WHERE (task_id IS NOT NULL);
CREATE INDEX activity_events_type ON public.activity_events USING btree (event_type, created_at);
CREATE INDEX activity_events_user ON public.activity_events USING btree (user_id);

create table agent_files (
  id uuid not null,
  org_id uuid not null,
  agent_id uuid not null,
  name text not null,
  version_no integer not null,
  content text not null,
  content_hash text not null,
  gateway_hash text,
  written_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  found boolean not null default false,
  decision text,
  constraint agent_files_agent_id_name_version_no_key UNIQUE (agent_id, name, version_no),
  constraint agent_files_pkey PRIMARY KEY (id),
  constraint agent_files_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint agent_files_decision_check CHECK (decision = ANY (ARRAY['keep'::text, 'take_over'::text, 'overwrite'::text])),
  constraint agent_files_name_check CHECK (char_length(name) <= 200)
);
CREATE INDEX agent_files_org ON public.agent_files USING btree (org_id, agent_id);

create table agent_health (
  org_id uuid not null,
  agent_id uuid not null,
  at timestamp with time zone not null,
  health text not null,
  reasons jsonb not null default '[]'::jsonb,
  constraint agent_health_pkey PRIMARY KEY (agent_id, at),
  constraint agent_health_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint agent_health_health_check CHECK (health = ANY (ARRAY['green'::text, 'amber'::text, 'red'::text, 'grey'::text]))
);
CREATE INDEX agent_health_org ON public.agent_health USING btree (org_id, agent_id);

create table agent_holds (
  id uuid not null,
  org_id uuid not null,
  agent_id uuid not null,
  holder text not null,
  reason text not null,
  by jsonb not null,
  at timestamp with time zone not null default now(),
  retry_at timestamp with time zone,
  constraint agent_holds_agent_id_holder_key UNIQUE (agent_id, holder),
  constraint agent_holds_pkey PRIMARY KEY (id),
  constraint agent_holds_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint agent_holds_holder_check CHECK (char_length(holder) <= 128),
  constraint agent_holds_reason_check CHECK (char_length(reason) <= 2000)
);
CREATE INDEX agent_holds_org ON public.agent_holds USING btree (org_id, agent_id);

create table agent_parents (
  org_id uuid not null,
  agent_id uuid not null,
  parent_slug text not null,
  constraint agent_parents_pkey PRIMARY KEY (org_id, agent_id, parent_slug),
  constraint agent_parents_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint agent_parents_parent_slug_check CHECK (char_length(parent_slug) <= 64)
);

create table agent_tokens (
  id uuid not null,
  org_id uuid not null,
  agent_id uuid,
  producer_id uuid,
  hash bytea not null,
  state text not null default 'active'::text,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  slot text,
  file_hash bytea,
  activated_at timestamp with time zone,
  constraint agent_tokens_hash_key UNIQUE (hash),
  constraint agent_tokens_pkey PRIMARY KEY (id),
  constraint agent_tokens_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint agent_tokens_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint agent_tokens_org_id_producer_id_fkey FOREIGN KEY (org_id, producer_id) REFERENCES producers(org_id, id) ON DELETE CASCADE,
  constraint agent_tokens_check CHECK (num_nonnulls(agent_id, producer_id) = 1),
  constraint agent_tokens_slot_check CHECK (slot = ANY (ARRAY['A'::text, 'B'::text])),
  constraint agent_tokens_state_check CHECK (state = ANY (ARRAY['pending'::text, 'active'::text, 'retiring'::text, 'revoked'::text]))
);
CREATE INDEX agent_tokens_agent ON public.agent_tokens USING btree (agent_id) WHERE (agent_id IS NOT NULL);
CREATE INDEX agent_tokens_org ON public.agent_tokens USING btree (org_id);
CREATE INDEX agent_tokens_producer ON public.agent_tokens USING btree (org_id, producer_id) WHERE (producer_id IS NOT NULL);
CREATE UNIQUE INDEX agent_tokens_slot ON public.agent_tokens USING btree (agent_id, slot) WHERE ((state <> 'revoked'::text) AND (agent_id IS NOT NULL));
CREATE INDEX agent_tokens_used ON public.agent_tokens USING btree (last_used_at) WHERE (agent_id IS NOT NULL);

create table agent_tool_overrides (
  org_id uuid not null,
  agent_id uuid not null,
  tool text not null,
  side_effect text,
  data jsonb,
  is_denied boolean not null default false,
  reason text not null,
  schema_hash text,
  set_by jsonb not null,
  set_at timestamp with time zone not null,
  constraint agent_tool_overrides_pkey PRIMARY KEY (org_id, agent_id, tool),
  constraint agent_tool_overrides_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint agent_tool_overrides_reason_check CHECK (char_length(reason) <= 500),
  constraint agent_tool_overrides_side_effect_check CHECK (side_effect = ANY (ARRAY['pure'::text, 'read'::text, 'idempotent_write'::text, 'non_idempotent'::text])),
  constraint agent_tool_overrides_tool_check CHECK (char_length(tool) >= 1 AND char_length(tool) <= 128)
);

create table agent_versions (
  id uuid not null,
  org_id uuid not null,
  agent_id uuid not null,
  number integer not null,
  label text,
  content_hash bytea not null,
  manifest jsonb not null,
  git_sha text,
  lockfile_hash text,
  created_by jsonb not null,
  state text not null default 'pending'::text,
  created_at timestamp with time zone not null default now(),
  deploy_target_id uuid,
  target_ref text,
  constraint agent_versions_agent_id_content_hash_key UNIQUE (agent_id, content_hash),
  constraint agent_versions_agent_id_id_key UNIQUE (agent_id, id),
  constraint agent_versions_agent_id_number_key UNIQUE (agent_id, number),
  constraint agent_versions_pkey PRIMARY KEY (id),
  constraint agent_versions_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint agent_versions_git_sha_check CHECK (char_length(git_sha) <= 64),
  constraint agent_versions_label_check CHECK (char_length(label) <= 200),
  constraint agent_versions_lockfile_hash_check CHECK (char_length(lockfile_hash) <= 128),
  constraint agent_versions_number_check CHECK (number >= 1),
  constraint agent_versions_state_check CHECK (state = ANY (ARRAY['pending'::text, 'active'::text, 'superseded'::text, 'rejected'::text])),
  constraint agent_versions_target_ref_check CHECK (char_length(target_ref) >= 1 AND char_length(target_ref) <= 500)
);
CREATE INDEX agent_versions_org ON public.agent_versions USING btree (org_id, agent_id);
CREATE TRIGGER agent_versions_immutable BEFORE UPDATE ON public.agent_versions FOR EACH ROW EXECUTE FUNCTION agent_versions_are_immutable();
CREATE TRIGGER agent_versions_kept BEFORE DELETE ON public.agent_versions FOR EACH ROW EXECUTE FUNCTION agent_versions_are_kept();

create table agents (
  id uuid not null,
  org_id uuid not null,
  slug text not null,
  name text not null,
  origin text not null,
  kind text not null default 'external'::text,
  agent_type text not null,
  framework text,
  framework_version text,
  description text,
  owner_user_id uuid,
  labels jsonb not null default '{}'::jsonb,
  model text,
  status text not null default 'offline'::text,
  tier smallint not null default 0,
  control_state text not null default 'active'::text,
  control_reason text,
  control_by jsonb,
  control_at timestamp with time zone,
  active_version_id uuid,
  auto_activate boolean not null default true,
  fail_mode text not null default 'last_known'::text,
  enforce_capabilities text not null default 'enforce'::text,
  bundle integer not null default 1,
  last_seen_at timestamp with time zone,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  board_id uuid,
  gateway_id uuid,
  openclaw_session_id text,
  gateway_agent_id text,
  adopted boolean not null default false,
  managed boolean not null default true,
  heartbeat_config jsonb,
  identity_profile jsonb,
  identity_template text,
  soul_template text,
  is_board_lead boolean default (kind = 'lead'::text),
  provision_action text,
  provision_requested_at timestamp with time zone,
  lifecycle_state text not null default 'steady'::text,
  lifecycle_generation integer not null default 0,
  wake_attempts integer not null default 0,
  last_wake_sent_at timestamp with time zone,
  checkin_deadline_at timestamp with time zone,
  transition_deadline_at timestamp with time zone,
  next_retry_at timestamp with time zone,
  last_error jsonb,
  workspace_path text,
  credential_mode text,
  hard_paused_at timestamp with time zone,
  permission_mode text,
  role_soul jsonb,
  deploy_target_id uuid,
  auto_rollback boolean not null default false,
  drain_deadline_at timestamp with time zone,
  constraint agents_org_id_id_key UNIQUE (org_id, id),
  constraint agents_org_id_slug_key UNIQUE (org_id, slug),
  constraint agents_pkey PRIMARY KEY (id),
  constraint agents_id_active_version_id_fkey FOREIGN KEY (id, active_version_id) REFERENCES agent_versions(agent_id, id) DEFERRABLE INITIALLY DEFERRED,
  constraint agents_org_id_board_id_fkey FOREIGN KEY (org_id, board_id) REFERENCES boards(org_id, id) DEFERRABLE INITIALLY DEFERRED,
  constraint agents_org_id_deploy_target_id_fkey FOREIGN KEY (org_id, deploy_target_id) REFERENCES deploy_targets(org_id, id) ON DELETE SET NULL (deploy_target_id),
  constraint agents_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint agents_org_id_gateway_id_fkey FOREIGN KEY (org_id, gateway_id) REFERENCES gateways(org_id, id) DEFERRABLE INITIALLY DEFERRED,
  constraint agents_owner_user_id_fkey FOREIGN KEY (owner_user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint agents_agent_type_check CHECK (char_length(agent_type) >= 1 AND char_length(agent_type) <= 128),
  constraint agents_board CHECK ((kind <> ALL (ARRAY['lead'::text, 'worker'::text])) OR board_id IS NOT NULL OR adopted AND NOT managed),
  constraint agents_check1 CHECK (kind <> 'main'::text OR board_id IS NULL),
  constraint agents_check3 CHECK (kind = 'external'::text OR gateway_id IS NOT NULL),
  constraint agents_control_state_check CHECK (control_state = ANY (ARRAY['discovered'::text, 'active'::text, 'paused'::text, 'draining'::text, 'retired'::text])),
  constraint agents_credential_mode_check CHECK (credential_mode = ANY (ARRAY['file'::text, 'env'::text, 'inline'::text])),
  constraint agents_description_check CHECK (char_length(description) <= 20000),
  constraint agents_enforce_capabilities_check CHECK (enforce_capabilities = ANY (ARRAY['enforce'::text, 'monitor'::text, 'off'::text])),
  constraint agents_fail_mode_check CHECK (fail_mode = ANY (ARRAY['last_known'::text, 'fail_closed'::text, 'fail_open'::text])),
  constraint agents_framework_check CHECK (char_length(framework) <= 64),
  constraint agents_framework_version_check CHECK (char_length(framework_version) <= 64),
  constraint agents_gateway_agent_id_check CHECK (char_length(gateway_agent_id) <= 200),
  constraint agents_identity_template_check CHECK (char_length(identity_template) <= 100000),
  constraint agents_kind_check CHECK (kind = ANY (ARRAY['main'::text, 'lead'::text, 'worker'::text, 'external'::text])),
  constraint agents_lifecycle_state_check CHECK (lifecycle_state = ANY (ARRAY['pending'::text, 'writing'::text, 'waking'::text, 'steady'::text, 'failed'::text])),
  constraint agents_model_check CHECK (char_length(model) <= 200),
  constraint agents_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 200),
  constraint agents_openclaw_session_id_check CHECK (char_length(openclaw_session_id) <= 500),
  constraint agents_origin CHECK ((kind = 'external'::text) = (origin <> 'openclaw'::text) OR control_state = 'discovered'::text),
  constraint agents_origin_check CHECK (origin = ANY (ARRAY['openclaw'::text, 'sdk'::text, 'otlp'::text])),
  constraint agents_permission_mode_check CHECK (char_length(permission_mode) <= 64),
  constraint agents_slug_check CHECK (slug ~ '^[a-z0-9][a-z0-9._-]{0,62}$'::text),
  constraint agents_soul_template_check CHECK (char_length(soul_template) <= 200000),
  constraint agents_status_check CHECK (status = ANY (ARRAY['provisioning'::text, 'online'::text, 'offline'::text, 'updating'::text, 'deleting'::text])),
  constraint agents_tier_check CHECK (tier >= 0 AND tier <= 2),
  constraint agents_workspace_path_check CHECK (char_length(workspace_path) <= 1000)
);
CREATE INDEX agents_board ON public.agents USING btree (org_id, board_id, created_at DESC) WHERE (board_id IS NOT NULL);
CREATE INDEX agents_deadline ON public.agents USING btree (transition_deadline_at) WHERE (transition_deadline_at IS NOT NULL);
CREATE INDEX agents_deploy_target ON public.agents USING btree (org_id, deploy_target_id) WHERE (deploy_target_id IS NOT NULL);
CREATE INDEX agents_draining ON public.agents USING btree (org_id) WHERE (control_state = 'draining'::text);
CREATE UNIQUE INDEX agents_gateway_agent ON public.agents USING btree (gateway_id, gateway_agent_id) WHERE (gateway_id IS NOT NULL);
CREATE UNIQUE INDEX agents_gateway_name ON public.agents USING btree (gateway_id, lower(name)) WHERE (gateway_id IS NOT NULL);
CREATE UNIQUE INDEX agents_lead ON public.agents USING btree (board_id) WHERE (kind = 'lead'::text);
CREATE UNIQUE INDEX agents_main ON public.agents USING btree (gateway_id) WHERE (kind = 'main'::text);
CREATE INDEX agents_org_created ON public.agents USING btree (org_id, created_at DESC);
CREATE INDEX agents_owner ON public.agents USING btree (owner_user_id);
CREATE INDEX agents_retry ON public.agents USING btree (next_retry_at) WHERE (next_retry_at IS NOT NULL);

create table anomalies (
  id uuid not null,
  org_id uuid not null,
  agent_id uuid not null,
  version_id uuid,
  detector text not null,
  metric text not null,
  scope text not null,
  severity text not null,
  state text not null default 'open'::text,
  opened_at timestamp with time zone not null,
  began_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  observed double precision not null,
  expected_low double precision,
  expected_high double precision,
  z double precision,
  n integer not null,
  baseline_level text not null,
  cause jsonb,
  affected_agent_ids uuid[] not null default '{}'::uuid[],
  root_anomaly_id uuid,
  example_run_ids uuid[] not null default '{}'::uuid[],
  explanation text not null,
  feedback text,
  note text,
  mute_until timestamp with time zone,
  reaction jsonb,
  constraint anomalies_pkey PRIMARY KEY (id),
  constraint anomalies_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint anomalies_root_anomaly_id_fkey FOREIGN KEY (root_anomaly_id) REFERENCES anomalies(id) ON DELETE SET NULL,
  constraint anomalies_detector_check CHECK (char_length(detector) <= 64),
  constraint anomalies_explanation_check CHECK (char_length(explanation) <= 4000),
  constraint anomalies_feedback_check CHECK (feedback = ANY (ARRAY['useful'::text, 'not_useful'::text, 'expected'::text])),
  constraint anomalies_metric_check CHECK (char_length(metric) <= 64),
  constraint anomalies_note_check CHECK (char_length(note) <= 2000),
  constraint anomalies_scope_check CHECK (char_length(scope) <= 256),
  constraint anomalies_severity_check CHECK (severity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text])),
  constraint anomalies_state_check CHECK (state = ANY (ARRAY['open'::text, 'acknowledged'::text, 'closed'::text]))
);
CREATE INDEX anomalies_agent ON public.anomalies USING btree (org_id, agent_id, opened_at DESC);
CREATE INDEX anomalies_muted ON public.anomalies USING btree (org_id, agent_id, detector) WHERE (mute_until IS NOT NULL);
CREATE UNIQUE INDEX anomalies_open ON public.anomalies USING btree (org_id, agent_id, detector, scope) WHERE (state <> 'closed'::text);
CREATE INDEX anomalies_page ON public.anomalies USING btree (org_id, opened_at DESC, id DESC);
CREATE INDEX anomalies_root ON public.anomalies USING btree (root_anomaly_id) WHERE (root_anomaly_id IS NOT NULL);

create table approval_decisions (
  id uuid not null,
  org_id uuid not null,
  approval_id uuid not null,
  user_id uuid,
  delegated_by_user_id uuid,
  board_group_id uuid,
  decision text not null,
  comment text,
  created_at timestamp with time zone not null default now(),
  allows_like boolean not null default false,
  constraint approval_decisions_approval_id_user_id_key UNIQUE (approval_id, user_id),
  constraint approval_decisions_pkey PRIMARY KEY (id),
  constraint approval_decisions_delegated_by_user_id_fkey FOREIGN KEY (delegated_by_user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint approval_decisions_org_id_approval_id_fkey FOREIGN KEY (org_id, approval_id) REFERENCES approvals(org_id, id) ON DELETE CASCADE,
  constraint approval_decisions_org_id_board_group_id_fkey FOREIGN KEY (org_id, board_group_id) REFERENCES board_groups(org_id, id) ON DELETE SET NULL (board_group_id),
  constraint approval_decisions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint approval_decisions_comment_check CHECK (char_length(comment) <= 4000),
  constraint approval_decisions_decision_check CHECK (decision = ANY (ARRAY['approved'::text, 'rejected'::text]))
);
CREATE UNIQUE INDEX approval_decisions_group ON public.approval_decisions USING btree (approval_id, board_group_id) WHERE (board_group_id IS NOT NULL);
CREATE INDEX approval_decisions_org ON public.approval_decisions USING btree (org_id, approval_id);
CREATE INDEX approval_decisions_user ON public.approval_decisions USING btree (user_id);

create table approval_delegations (
  id uuid not null,
  org_id uuid not null,
  from_user_id uuid not null,
  to_user_id uuid not null,
  group_ids uuid[] not null default '{}'::uuid[],
  from_at timestamp with time zone not null,
  until timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  constraint approval_delegations_pkey PRIMARY KEY (id),
  constraint approval_delegations_from_user_id_fkey FOREIGN KEY (from_user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint approval_delegations_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint approval_delegations_to_user_id_fkey FOREIGN KEY (to_user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint approval_delegations_check CHECK (from_user_id <> to_user_id),
  constraint approval_delegations_check1 CHECK (until > from_at AND until <= (from_at + '30 days'::interval))
);
CREATE INDEX approval_delegations_from ON public.approval_delegations USING btree (org_id, from_user_id);
CREATE INDEX approval_delegations_to ON public.approval_delegations USING btree (org_id, to_user_id, until);

create table approval_task_links (
  id uuid not null,
  org_id uuid not null,
  approval_id uuid not null,
  task_id uuid not null,
  task_cycle integer not null,
  "position" integer not null,
  pending boolean not null default true,
  consumed_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint approval_task_links_approval_id_task_id_key UNIQUE (approval_id, task_id),
  constraint approval_task_links_pkey PRIMARY KEY (id),
  constraint approval_task_links_org_id_approval_id_fkey FOREIGN KEY (org_id, approval_id) REFERENCES approvals(org_id, id) ON DELETE CASCADE,
  constraint approval_task_links_org_id_task_id_fkey FOREIGN KEY (org_id, task_id) REFERENCES tasks(org_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX approval_task_links_pending ON public.approval_task_links USING btree (task_id) WHERE pending;
CREATE INDEX approval_task_links_task ON public.approval_task_links USING btree (org_id, task_id);

create table approvals (
  id uuid not null,
  org_id uuid not null,
  kind text not null default 'board'::text,
  board_id uuid,
  task_id uuid,
  agent_id uuid,
  requested_by_kind text not null,
  requested_by_user_id uuid,
  action_type text not null,
  payload jsonb,
  args jsonb,
  args_hash text not null,
  confidence double precision not null,
  rubric_scores jsonb,
  status text not null default 'pending'::text,
  resolution text,
  required_approvals integer not null default 1,
  eligible_group_ids uuid[] not null default '{}'::uuid[],
  expires_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  consumed_at timestamp with time zone,
  consumed_by jsonb,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  external_ref text,
  run_id uuid,
  tool text,
  reminded_at timestamp with time zone,
  producer_id uuid,
  step_key text,
  rules text[] not null default '{}'::text[],
  asked_roles text[] not null default '{}'::text[],
  asked_user_ids uuid[] not null default '{}'::uuid[],
  asked_group_ids uuid[] not null default '{}'::uuid[],
  asked_places integer,
  exclude_owner boolean not null default false,
  on_timeout text not null default 'deny'::text,
  escalate_to jsonb not null default '[]'::jsonb,
  escalation_level smallint not null default 0,
  risk_score double precision,
  risk_factors jsonb,
  constraint approvals_org_id_id_key UNIQUE (org_id, id),
  constraint approvals_pkey PRIMARY KEY (id),
  constraint approvals_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE SET NULL,
  constraint approvals_org_id_board_id_fkey FOREIGN KEY (org_id, board_id) REFERENCES boards(org_id, id) ON DELETE CASCADE,
  constraint approvals_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint approvals_org_id_task_id_fkey FOREIGN KEY (org_id, task_id) REFERENCES tasks(org_id, id) ON DELETE SET NULL (task_id),
  constraint approvals_requested_by_user_id_fkey FOREIGN KEY (requested_by_user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint approvals_action_type_check CHECK (char_length(action_type) >= 1 AND char_length(action_type) <= 200),
  constraint approvals_args_hash_check CHECK (args_hash ~ '^[0-9a-f]{64}$'::text),
  constraint approvals_check CHECK ((status = 'pending'::text) = (resolved_at IS NULL)),
  constraint approvals_check1 CHECK (kind <> 'board'::text OR board_id IS NOT NULL),
  constraint approvals_confidence_check CHECK (confidence >= 0::double precision AND confidence <= 100::double precision),
  constraint approvals_external_ref_check CHECK (char_length(external_ref) <= 500),
  constraint approvals_kind_check CHECK (kind = ANY (ARRAY['board'::text, 'policy'::text, 'gateway_exec'::text, 'replay_step'::text, 'change'::text])),
  constraint approvals_on_timeout_check CHECK (on_timeout = ANY (ARRAY['deny'::text, 'allow'::text, 'abort'::text])),
  constraint approvals_requested_by_kind_check CHECK (requested_by_kind = ANY (ARRAY['user'::text, 'agent'::text, 'system'::text])),
  constraint approvals_required_approvals_check CHECK (required_approvals >= 1 AND required_approvals <= 10),
  constraint approvals_resolution_check CHECK (resolution = ANY (ARRAY['approved'::text, 'rejected'::text, 'expired'::text, 'withdrawn'::text, 'superseded'::text])),
  constraint approvals_risk_score_check CHECK (risk_score >= 0::double precision AND risk_score <= 1::double precision),
  constraint approvals_status_check CHECK (status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text])),
  constraint approvals_step_key_check CHECK (char_length(step_key) <= 1024),
  constraint approvals_tool_check CHECK (char_length(tool) <= 256)
);
CREATE INDEX approvals_agent ON public.approvals USING btree (agent_id) WHERE (agent_id IS NOT NULL);
CREATE INDEX approvals_asked ON public.approvals USING btree (org_id, created_at DESC, id DESC) WHERE (kind = 'policy'::text);
CREATE INDEX approvals_board ON public.approvals USING btree (board_id, created_at DESC, id DESC);
CREATE INDEX approvals_expiry ON public.approvals USING btree (expires_at) WHERE (status = 'pending'::text);
CREATE UNIQUE INDEX approvals_external ON public.approvals USING btree (org_id, external_ref) WHERE (external_ref IS NOT NULL);
CREATE INDEX approvals_org ON public.approvals USING btree (org_id, status, created_at DESC, id DESC);
CREATE INDEX approvals_pending ON public.approvals USING btree (board_id) WHERE (status = 'pending'::text);
CREATE INDEX approvals_producer ON public.approvals USING btree (org_id, producer_id) WHERE (producer_id IS NOT NULL);
CREATE INDEX approvals_run ON public.approvals USING btree (org_id, run_id) WHERE (run_id IS NOT NULL);
CREATE INDEX approvals_task ON public.approvals USING btree (task_id) WHERE (task_id IS NOT NULL);
CREATE INDEX approvals_user ON public.approvals USING btree (requested_by_user_id) WHERE (requested_by_user_id IS NOT NULL);

create table audit (
  org_id uuid not null,
  seq bigint not null,
  id uuid not null,
  event_tx xid8 not null,
  event_id bigint not null,
  action text not null,
  record jsonb not null,
  canonical text not null,
  prev_hash text not null,
  hash text not null,
  occurred_at timestamp with time zone not null,
  constraint audit_org_id_id_key UNIQUE (org_id, id),
  constraint audit_pkey PRIMARY KEY (org_id, seq),
  constraint audit_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX audit_action ON public.audit USING btree (org_id, action, seq DESC);
CREATE INDEX audit_time ON public.audit USING btree (org_id, occurred_at DESC);
CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_never_truncated();

create table audit_heads (
  org_id uuid not null,
  seq bigint not null,
  hash text not null,
  updated_at timestamp with time zone not null default now(),
  signed_seq bigint not null default 0,
  signed_at timestamp with time zone,
  signed_head jsonb,
  constraint audit_heads_pkey PRIMARY KEY (org_id),
  constraint audit_heads_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table audit_sealer (
  id integer not null,
  tx xid8 not null,
  event_id bigint not null,
  constraint audit_sealer_pkey PRIMARY KEY (id),
  constraint audit_sealer_id_check CHECK (id = 1)
);

create table backtests (
  id uuid not null,
  org_id uuid not null,
  job_id uuid,
  policy_id uuid,
  policy_version integer,
  policy_name text not null,
  source text not null,
  from_at timestamp with time zone not null,
  to_at timestamp with time zone not null,
  agent_ids uuid[],
  state text not null default 'queued'::text,
  calls_done integer not null default 0,
  calls_total integer,
  report jsonb,
  rows jsonb not null default '[]'::jsonb,
  error jsonb,
  created_by jsonb not null,
  created_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  constraint backtests_pkey PRIMARY KEY (id),
  constraint backtests_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint backtests_check CHECK (to_at > from_at),
  constraint backtests_policy_name_check CHECK (char_length(policy_name) <= 64),
  constraint backtests_source_check CHECK (octet_length(source) <= 262144),
  constraint backtests_state_check CHECK (state = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'canceled'::text]))
);
CREATE INDEX backtests_ended ON public.backtests USING btree (ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX backtests_open ON public.backtests USING btree (org_id) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX backtests_org ON public.backtests USING btree (org_id, created_at DESC, id DESC);

create table baseline_progress (
  id boolean not null default true,
  learned_until timestamp with time zone not null,
  constraint baseline_progress_pkey PRIMARY KEY (id),
  constraint baseline_progress_id_check CHECK (id)
);

create table baselines (
  org_id uuid not null,
  agent_id uuid not null,
  cell text not null,
  sums jsonb not null,
  day date not null,
  version_id uuid,
  flows text[] not null default '{}'::text[],
  updated_at timestamp with time zone not null,
  constraint baselines_pkey PRIMARY KEY (org_id, agent_id, cell),
  constraint baselines_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint baselines_cell_check CHECK (cell ~ '^(all|[dw][0-9]{1,3})$'::text)
);

create table blob_refs (
  org_id uuid not null,
  day date not null,
  hash bytea not null,
  run_id uuid not null,
  constraint blob_refs_pkey PRIMARY KEY (day, org_id, hash, run_id)
) partition by RANGE (day);

create table blobs (
  org_id uuid not null,
  day date not null,
  hash bytea not null,
  enc text not null,
  size integer not null,
  gzip boolean not null,
  redacted boolean not null default false,
  bytes bytea not null,
  constraint blobs_pkey PRIMARY KEY (day, org_id, hash)
) partition by RANGE (day);

create table board_group_memory (
  id uuid not null,
  org_id uuid not null,
  board_group_id uuid not null,
  content text not null,
  tags text[],
  is_chat boolean not null default false,
  source text,
  user_id uuid,
  agent_id uuid,
  edited_at timestamp with time zone,
  search tsvector default to_tsvector('simple'::regconfig, "left"(content, 50000)),
  created_at timestamp with time zone not null default now(),
  constraint board_group_memory_pkey PRIMARY KEY (id),
  constraint board_group_memory_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE SET NULL,
  constraint board_group_memory_org_id_board_group_id_fkey FOREIGN KEY (org_id, board_group_id) REFERENCES board_groups(org_id, id) ON DELETE CASCADE,
  constraint board_group_memory_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint board_group_memory_content_check CHECK (char_length(content) <= 100000 AND btrim(content) <> ''::text),
  constraint board_group_memory_source_check CHECK (char_length(source) <= 20000)
);
CREATE INDEX board_group_memory_agent ON public.board_group_memory USING btree (agent_id);
CREATE INDEX board_group_memory_all ON public.board_group_memory USING btree (org_id, board_group_id, created_at DESC, id DESC);
CREATE INDEX board_group_memory_list ON public.board_group_memory USING btree (org_id, board_group_id, is_chat, created_at DESC, id DESC);
CREATE INDEX board_group_memory_search ON public.board_group_memory USING gin (board_group_id, search);
CREATE INDEX board_group_memory_tags ON public.board_group_memory USING gin (board_group_id, tags);
CREATE INDEX board_group_memory_user ON public.board_group_memory USING btree (user_id);

create table board_groups (
  id uuid not null,
  org_id uuid not null,
  name text not null,
  slug text not null,
  description text,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint board_groups_org_id_id_key UNIQUE (org_id, id),
  constraint board_groups_org_id_slug_key UNIQUE (org_id, slug),
  constraint board_groups_pkey PRIMARY KEY (id),
  constraint board_groups_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint board_groups_description_check CHECK (char_length(description) <= 100000),
  constraint board_groups_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 200),
  constraint board_groups_slug_check CHECK (char_length(slug) >= 1 AND char_length(slug) <= 200)
);
CREATE INDEX board_groups_name ON public.board_groups USING btree (org_id, lower(name));

create table board_memory (
  id uuid not null,
  org_id uuid not null,
  board_id uuid not null,
  content text not null,
  tags text[],
  is_chat boolean not null default false,
  source text,
  user_id uuid,
  agent_id uuid,
  edited_at timestamp with time zone,
  search tsvector default to_tsvector('simple'::regconfig, "left"(content, 50000)),
  created_at timestamp with time zone not null default now(),
  constraint board_memory_pkey PRIMARY KEY (id),
  constraint board_memory_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE SET NULL,
  constraint board_memory_org_id_board_id_fkey FOREIGN KEY (org_id, board_id) REFERENCES boards(org_id, id) ON DELETE CASCADE,
  constraint board_memory_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint board_memory_content_check CHECK (char_length(content) <= 100000 AND btrim(content) <> ''::text),
  constraint board_memory_source_check CHECK (char_length(source) <= 20000)
);
CREATE INDEX board_memory_agent ON public.board_memory USING btree (agent_id);
CREATE INDEX board_memory_all ON public.board_memory USING btree (org_id, board_id, created_at DESC, id DESC);
CREATE INDEX board_memory_list ON public.board_memory USING btree (org_id, board_id, is_chat, created_at DESC, id DESC);
CREATE INDEX board_memory_search ON public.board_memory USING gin (board_id, search);
CREATE INDEX board_memory_tags ON public.board_memory USING gin (board_id, tags);
CREATE INDEX board_memory_user ON public.board_memory USING btree (user_id);

create table board_onboarding_sessions (
  id uuid not null,
  org_id uuid not null,
  board_id uuid not null,
  session_key text not null,
  status text not null default 'active'::text,
  messages jsonb not null default '[]'::jsonb,
  draft_goal jsonb,
  dispatch_state text not null default 'idle'::text,
  last_error jsonb,
  next_retry_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint board_onboarding_sessions_pkey PRIMARY KEY (id),
  constraint board_onboarding_sessions_org_id_board_id_fkey FOREIGN KEY (org_id, board_id) REFERENCES boards(org_id, id) ON DELETE CASCADE,
  constraint board_onboarding_sessions_dispatch_state_check CHECK (dispatch_state = ANY (ARRAY['idle'::text, 'sending'::text, 'waiting_agent'::text, 'failed'::text])),
  constraint board_onboarding_sessions_status_check CHECK (status = ANY (ARRAY['active'::text, 'completed'::text, 'confirmed'::text]))
);
CREATE UNIQUE INDEX board_onboarding_sessions_active ON public.board_onboarding_sessions USING btree (board_id) WHERE (status = 'active'::text);
CREATE INDEX board_onboarding_sessions_board ON public.board_onboarding_sessions USING btree (org_id, board_id, updated_at DESC);

create table board_task_custom_fields (
  id uuid not null,
  org_id uuid not null,
  board_id uuid not null,
  task_custom_field_definition_id uuid not null,
  created_at timestamp with time zone not null default now(),
  constraint board_task_custom_fields_board_id_task_custom_field_definit_key UNIQUE (board_id, task_custom_field_definition_id),
  constraint board_task_custom_fields_pkey PRIMARY KEY (id),
  constraint board_task_custom_fields_org_id_board_id_fkey FOREIGN KEY (org_id, board_id) REFERENCES boards(org_id, id) ON DELETE CASCADE,
  constraint board_task_custom_fields_org_id_task_custom_field_definiti_fkey FOREIGN KEY (org_id, task_custom_field_definition_id) REFERENCES task_custom_field_definitions(org_id, id) ON DELETE CASCADE
);
CREATE INDEX board_task_custom_fields_definition ON public.board_task_custom_fields USING btree (org_id, task_custom_field_definition_id);

create table board_webhook_payloads (
  id uuid not null,
  org_id uuid not null,
  board_id uuid not null,
  webhook_id uuid not null,
  payload jsonb,
  headers jsonb,
  source_ip text,
  content_type text,
  idempotency_key text,
  received_at timestamp with time zone not null default now(),
  constraint board_webhook_payloads_org_id_id_key UNIQUE (org_id, id),
  constraint board_webhook_payloads_webhook_id_idempotency_key_key UNIQUE (webhook_id, idempotency_key),
  constraint board_webhook_payloads_pkey PRIMARY KEY (id),
  constraint board_webhook_payloads_org_id_webhook_id_fkey FOREIGN KEY (org_id, webhook_id) REFERENCES board_webhooks(org_id, id) ON DELETE CASCADE,
  constraint board_webhook_payloads_idempotency_key_check CHECK (char_length(idempotency_key) <= 200)
);
CREATE INDEX board_webhook_payloads_age ON public.board_webhook_payloads USING btree (received_at);
CREATE INDEX board_webhook_payloads_list ON public.board_webhook_payloads USING btree (board_id, webhook_id, received_at DESC, id DESC);
CREATE INDEX board_webhook_payloads_webhook ON public.board_webhook_payloads USING btree (org_id, webhook_id);

create table board_webhooks (
  id uuid not null,
  org_id uuid not null,
  board_id uuid not null,
  agent_id uuid,
  description text not null,
  enabled boolean not null default true,
  secret_enc bytea,
  previous_secret_enc bytea,
  previous_secret_valid_until timestamp with time zone,
  signature_header text,
  last_received_at timestamp with time zone,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint board_webhooks_org_id_id_key UNIQUE (org_id, id),
  constraint board_webhooks_pkey PRIMARY KEY (id),
  constraint board_webhooks_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE SET NULL,
  constraint board_webhooks_org_id_board_id_fkey FOREIGN KEY (org_id, board_id) REFERENCES boards(org_id, id) ON DELETE CASCADE,
  constraint board_webhooks_description_check CHECK (char_length(description) >= 1 AND char_length(description) <= 100000),
  constraint board_webhooks_signature_header_check CHECK (char_length(signature_header) <= 200)
);
CREATE INDEX board_webhooks_agent ON public.board_webhooks USING btree (agent_id) WHERE (agent_id IS NOT NULL);
CREATE INDEX board_webhooks_board ON public.board_webhooks USING btree (board_id, created_at DESC);

create table boards (
  id uuid not null,
  org_id uuid not null,
  name text not null,
  slug text not null,
  description text not null default ''::text,
  gateway_id uuid,
  board_group_id uuid,
  board_type text not null default 'goal'::text,
  objective text,
  success_metrics jsonb,
  target_date timestamp with time zone,
  goal_confirmed boolean not null default false,
  goal_source text,
  require_approval_for_done boolean not null default true,
  require_review_before_done boolean not null default false,
  comment_required_for_review boolean not null default false,
  block_status_changes_with_pending_approval boolean not null default false,
  only_lead_can_change_status boolean not null default false,
  max_agents integer not null default 1,
  paused_at timestamp with time zone,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint boards_org_id_id_key UNIQUE (org_id, id),
  constraint boards_org_id_slug_key UNIQUE (org_id, slug),
  constraint boards_pkey PRIMARY KEY (id),
  constraint boards_org_id_board_group_id_fkey FOREIGN KEY (org_id, board_group_id) REFERENCES board_groups(org_id, id) ON DELETE SET NULL (board_group_id),
  constraint boards_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint boards_org_id_gateway_id_fkey FOREIGN KEY (org_id, gateway_id) REFERENCES gateways(org_id, id) DEFERRABLE INITIALLY DEFERRED,
  constraint boards_board_type_check CHECK (char_length(board_type) >= 1 AND char_length(board_type) <= 200),
  constraint boards_description_check CHECK (char_length(description) <= 100000),
  constraint boards_goal_source_check CHECK (char_length(goal_source) <= 20000),
  constraint boards_max_agents_check CHECK (max_agents >= 0),
  constraint boards_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 200),
  constraint boards_objective_check CHECK (char_length(objective) <= 100000),
  constraint boards_slug_check CHECK (char_length(slug) >= 1 AND char_length(slug) <= 220)
);
CREATE INDEX boards_gateway ON public.boards USING btree (org_id, gateway_id) WHERE (gateway_id IS NOT NULL);
CREATE INDEX boards_group ON public.boards USING btree (org_id, board_group_id) WHERE (board_group_id IS NOT NULL);
CREATE INDEX boards_name ON public.boards USING btree (org_id, lower(name));

create table breaker_buckets (
  org_id uuid not null,
  agent_id uuid not null,
  t timestamp with time zone not null,
  version_id uuid,
  tool text not null,
  n integer not null,
  errors integer not null,
  violations integer not null,
  dur_hist jsonb,
  constraint breaker_buckets_org_id_agent_id_t_version_id_tool_key UNIQUE NULLS NOT DISTINCT (org_id, agent_id, t, version_id, tool),
  constraint breaker_buckets_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX breaker_buckets_t ON public.breaker_buckets USING btree (t);

create table breaker_probes (
  org_id uuid not null,
  breaker_id uuid not null,
  run_id uuid not null,
  granted_at timestamp with time zone not null,
  outcome text,
  constraint breaker_probes_pkey PRIMARY KEY (breaker_id, run_id),
  constraint breaker_probes_org_id_breaker_id_fkey FOREIGN KEY (org_id, breaker_id) REFERENCES breakers(org_id, id) ON DELETE CASCADE,
  constraint breaker_probes_outcome_check CHECK (outcome = ANY (ARRAY['ok'::text, 'failed'::text, 'void'::text]))
);
CREATE INDEX breaker_probes_org ON public.breaker_probes USING btree (org_id, breaker_id);

create table breakers (
  id uuid not null,
  org_id uuid not null,
  agent_id uuid not null,
  key text not null,
  rule_key text not null,
  rule_ref text not null,
  rule jsonb not null,
  mode text not null,
  version_id uuid,
  tool text,
  state text not null default 'closed'::text,
  effect text not null default 'none'::text,
  held_by jsonb,
  reason text,
  value double precision,
  calls integer,
  open_count integer not null default 0,
  opened_at timestamp with time zone,
  half_opened_at timestamp with time zone,
  closed_at timestamp with time zone,
  retry_at timestamp with time zone,
  counts_from timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint breakers_org_id_id_key UNIQUE (org_id, id),
  constraint breakers_org_id_key_key UNIQUE (org_id, key),
  constraint breakers_pkey PRIMARY KEY (id),
  constraint breakers_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint breakers_effect_check CHECK (effect = ANY (ARRAY['none'::text, 'alert'::text, 'pause'::text, 'block_tool'::text, 'route_version'::text])),
  constraint breakers_key_check CHECK (char_length(key) <= 800),
  constraint breakers_mode_check CHECK (mode = ANY (ARRAY['enforce'::text, 'monitor'::text])),
  constraint breakers_open_count_check CHECK (open_count >= 0),
  constraint breakers_reason_check CHECK (char_length(reason) <= 2000),
  constraint breakers_rule_key_check CHECK (char_length(rule_key) <= 256),
  constraint breakers_rule_ref_check CHECK (char_length(rule_ref) <= 256),
  constraint breakers_state_check CHECK (state = ANY (ARRAY['closed'::text, 'open'::text, 'half_open'::text])),
  constraint breakers_tool_check CHECK (char_length(tool) <= 256)
);
CREATE INDEX breakers_agent ON public.breakers USING btree (org_id, agent_id);
CREATE INDEX breakers_moving ON public.breakers USING btree (org_id, agent_id) WHERE ((state <> 'closed'::text) AND (held_by IS NULL));
CREATE INDEX breakers_page ON public.breakers USING btree (org_id, updated_at DESC, id DESC);

create table commands (
  id uuid not null,
  org_id uuid not null,
  producer_id uuid not null,
  seq bigint not null generated always as identity,
  type text not null,
  body jsonb not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  acked_at timestamp with time zone,
  constraint commands_pkey PRIMARY KEY (id),
  constraint commands_org_id_producer_id_fkey FOREIGN KEY (org_id, producer_id) REFERENCES producers(org_id, id) ON DELETE CASCADE,
  constraint commands_type_check CHECK (char_length(type) <= 64)
);
CREATE INDEX commands_expired ON public.commands USING btree (expires_at);
CREATE INDEX commands_waiting ON public.commands USING btree (org_id, producer_id, seq) WHERE (acked_at IS NULL);

create table decisions (
  org_id uuid not null,
  day date not null,
  id uuid not null,
  run_id uuid not null,
  seq bigint not null,
  key text not null,
  agent_id uuid,
  tool text not null,
  verdict text not null,
  rule_ref text,
  mode text not null,
  enforcement text not null,
  degraded boolean not null default false,
  matched jsonb not null default '[]'::jsonb,
  args_view jsonb,
  bundle integer,
  ts timestamp with time zone not null
) partition by RANGE (day);
CREATE INDEX decisions_rule ON ONLY public.decisions USING btree (org_id, rule_ref, ts);
CREATE INDEX decisions_run ON ONLY public.decisions USING btree (run_id, seq);
CREATE INDEX decisions_ts ON ONLY public.decisions USING btree (org_id, ts);

create table deploy_targets (
  id uuid not null,
  org_id uuid not null,
  name text not null,
  kind text not null,
  config jsonb not null,
  secret_enc bytea,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint deploy_targets_org_id_id_key UNIQUE (org_id, id),
  constraint deploy_targets_org_id_name_key UNIQUE (org_id, name),
  constraint deploy_targets_pkey PRIMARY KEY (id),
  constraint deploy_targets_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint deploy_targets_kind_check CHECK (kind = ANY (ARRAY['webhook'::text, 'command'::text, 'kubernetes'::text])),
  constraint deploy_targets_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 200)
);

create table deployments (
  id uuid not null,
  org_id uuid not null,
  agent_id uuid not null,
  from_version_id uuid,
  to_version_id uuid not null,
  kind text not null,
  reason text not null,
  actor jsonb not null,
  status text not null,
  target_id uuid,
  target_name text,
  attempts jsonb not null default '[]'::jsonb,
  error jsonb,
  accepted_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  watch jsonb,
  watch_until timestamp with time zone,
  constraint deployments_pkey PRIMARY KEY (id),
  constraint deployments_agent_id_from_version_id_fkey FOREIGN KEY (agent_id, from_version_id) REFERENCES agent_versions(agent_id, id),
  constraint deployments_agent_id_to_version_id_fkey FOREIGN KEY (agent_id, to_version_id) REFERENCES agent_versions(agent_id, id),
  constraint deployments_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint deployments_org_id_target_id_fkey FOREIGN KEY (org_id, target_id) REFERENCES deploy_targets(org_id, id) ON DELETE SET NULL (target_id),
  constraint deployments_kind_check CHECK (kind = ANY (ARRAY['activate'::text, 'rollback'::text, 'auto_rollback'::text])),
  constraint deployments_reason_check CHECK (char_length(reason) >= 1 AND char_length(reason) <= 2000),
  constraint deployments_status_check CHECK (status = ANY (ARRAY['switching'::text, 'live'::text, 'pointer_only'::text, 'superseded'::text, 'failed'::text, 'reverted'::text]))
);
CREATE INDEX deployments_agent ON public.deployments USING btree (org_id, agent_id, created_at DESC, id DESC);
CREATE INDEX deployments_from ON public.deployments USING btree (agent_id, from_version_id);
CREATE INDEX deployments_org ON public.deployments USING btree (org_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX deployments_switching ON public.deployments USING btree (agent_id) WHERE (status = 'switching'::text);
CREATE INDEX deployments_target ON public.deployments USING btree (org_id, target_id) WHERE (target_id IS NOT NULL);
CREATE INDEX deployments_to ON public.deployments USING btree (agent_id, to_version_id);
CREATE INDEX deployments_watched ON public.deployments USING btree (watch_until) WHERE (watch_until IS NOT NULL);

create table events (
  id bigint not null generated always as identity,
  tx xid8 not null default pg_current_xact_id(),
  org_id uuid not null,
  board_id uuid,
  type text not null,
  subject_kind text not null,
  subject_id uuid not null,
  actor jsonb not null,
  data jsonb not null,
  occurred_at timestamp with time zone not null default now(),
  activity jsonb,
  request jsonb,
  constraint events_subject_kind_check CHECK (char_length(subject_kind) <= 64),
  constraint events_type_check CHECK (char_length(type) <= 128)
) partition by RANGE (occurred_at);
CREATE INDEX events_org ON ONLY public.events USING btree (org_id, type, tx, id);
CREATE INDEX events_tail ON ONLY public.events USING btree (tx, id);

create table gateway_cleanups (
  id uuid not null,
  org_id uuid,
  gateway_url text not null,
  gateway_token_enc bytea,
  flags jsonb not null default '{}'::jsonb,
  gateway_agent_id text,
  session_key text,
  workspace_path text,
  reason text not null,
  attempts integer not null default 0,
  next_retry_at timestamp with time zone default now(),
  last_error jsonb,
  done_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint gateway_cleanups_pkey PRIMARY KEY (id)
);
CREATE INDEX gateway_cleanups_due ON public.gateway_cleanups USING btree (next_retry_at) WHERE (done_at IS NULL);

create table gateway_device_tokens (
  id uuid not null,
  org_id uuid not null,
  gateway_id uuid not null,
  token_enc bytea not null,
  scopes text[] not null,
  issued_at timestamp with time zone not null default now(),
  constraint gateway_device_tokens_gateway_id_key UNIQUE (gateway_id),
  constraint gateway_device_tokens_pkey PRIMARY KEY (id),
  constraint gateway_device_tokens_org_id_gateway_id_fkey FOREIGN KEY (org_id, gateway_id) REFERENCES gateways(org_id, id) ON DELETE CASCADE
);
CREATE INDEX gateway_device_tokens_org ON public.gateway_device_tokens USING btree (org_id, gateway_id);

create table gateway_devices (
  id uuid not null,
  org_id uuid not null,
  device_id text not null,
  public_key text not null,
  private_key_enc bytea not null,
  created_at timestamp with time zone not null default now(),
  constraint gateway_devices_org_id_key UNIQUE (org_id),
  constraint gateway_devices_pkey PRIMARY KEY (id),
  constraint gateway_devices_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table gateway_follows (
  gateway_id uuid not null,
  org_id uuid not null,
  followed_until timestamp with time zone not null,
  boot_id text,
  constraint gateway_follows_pkey PRIMARY KEY (gateway_id),
  constraint gateway_follows_org_id_gateway_id_fkey FOREIGN KEY (org_id, gateway_id) REFERENCES gateways(org_id, id) ON DELETE CASCADE
);
CREATE INDEX gateway_follows_org ON public.gateway_follows USING btree (org_id, gateway_id);

create table gateway_installed_skills (
  id uuid not null,
  org_id uuid not null,
  gateway_id uuid not null,
  skill_id uuid not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint gateway_installed_skills_gateway_id_skill_id_key UNIQUE (gateway_id, skill_id),
  constraint gateway_installed_skills_pkey PRIMARY KEY (id),
  constraint gateway_installed_skills_org_id_gateway_id_fkey FOREIGN KEY (org_id, gateway_id) REFERENCES gateways(org_id, id) ON DELETE CASCADE,
  constraint gateway_installed_skills_org_id_skill_id_fkey FOREIGN KEY (org_id, skill_id) REFERENCES marketplace_skills(org_id, id) ON DELETE CASCADE
);
CREATE INDEX gateway_installed_skills_gateway ON public.gateway_installed_skills USING btree (org_id, gateway_id);
CREATE INDEX gateway_installed_skills_skill ON public.gateway_installed_skills USING btree (org_id, skill_id);

create table gateway_leases (
  gateway_id uuid not null,
  purpose text not null,
  holder uuid not null,
  held_until timestamp with time zone not null,
  constraint gateway_leases_pkey PRIMARY KEY (gateway_id, purpose),
  constraint gateway_leases_gateway_id_fkey FOREIGN KEY (gateway_id) REFERENCES gateways(id) ON DELETE CASCADE,
  constraint gateway_leases_purpose_check CHECK (purpose = ANY (ARRAY['connection'::text, 'config'::text]))
);
CREATE INDEX gateway_leases_holder ON public.gateway_leases USING btree (holder);

create table gateway_runs (
  gateway_id uuid not null,
  external_run_id text not null,
  org_id uuid not null,
  run_id uuid not null,
  day date not null,
  constraint gateway_runs_pkey PRIMARY KEY (gateway_id, external_run_id),
  constraint gateway_runs_org_id_gateway_id_fkey FOREIGN KEY (org_id, gateway_id) REFERENCES gateways(org_id, id) ON DELETE CASCADE,
  constraint gateway_runs_external_run_id_check CHECK (char_length(external_run_id) <= 500)
);
CREATE INDEX gateway_runs_day ON public.gateway_runs USING btree (day);
CREATE INDEX gateway_runs_run ON public.gateway_runs USING btree (org_id, run_id);

create table gateway_session_cursors (
  gateway_id uuid not null,
  session_key text not null,
  org_id uuid not null,
  cursor text not null,
  updated_at timestamp with time zone not null,
  constraint gateway_session_cursors_pkey PRIMARY KEY (gateway_id, session_key),
  constraint gateway_session_cursors_org_id_gateway_id_fkey FOREIGN KEY (org_id, gateway_id) REFERENCES gateways(org_id, id) ON DELETE CASCADE,
  constraint gateway_session_cursors_cursor_check CHECK (char_length(cursor) <= 4000),
  constraint gateway_session_cursors_session_key_check CHECK (char_length(session_key) <= 500)
);
CREATE INDEX gateway_session_cursors_org ON public.gateway_session_cursors USING btree (org_id, gateway_id);

create table gateways (
  id uuid not null,
  org_id uuid not null,
  name text not null,
  url text not null,
  token_enc bytea,
  workspace_root text not null,
  disable_device_pairing boolean not null default false,
  allow_insecure_tls boolean not null default false,
  credential_delivery text not null default 'file'::text,
  status text not null default 'unknown'::text,
  server_version text,
  protocol integer,
  last_connected_at timestamp with time zone,
  last_error jsonb,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  boot_id text,
  constraint gateways_org_id_id_key UNIQUE (org_id, id),
  constraint gateways_pkey PRIMARY KEY (id),
  constraint gateways_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint gateways_credential_delivery_check CHECK (credential_delivery = ANY (ARRAY['file'::text, 'env'::text, 'inline'::text])),
  constraint gateways_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 200),
  constraint gateways_status_check CHECK (status = ANY (ARRAY['unknown'::text, 'connecting'::text, 'connected'::text, 'disconnected'::text, 'needs_attention'::text])),
  constraint gateways_url_check CHECK (char_length(url) <= 2000),
  constraint gateways_workspace_root_check CHECK (char_length(workspace_root) >= 1 AND char_length(workspace_root) <= 500)
);
CREATE UNIQUE INDEX gateways_name ON public.gateways USING btree (org_id, lower(name));
CREATE INDEX gateways_org ON public.gateways USING btree (org_id, created_at DESC);

create table governance_settings (
  org_id uuid not null,
  settings jsonb not null,
  version integer not null default 1,
  updated_at timestamp with time zone not null default now(),
  constraint governance_settings_pkey PRIMARY KEY (org_id),
  constraint governance_settings_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table grants (
  id uuid not null,
  org_id uuid not null,
  approval_id uuid not null,
  agent_id uuid not null,
  producer_id uuid not null,
  run_id uuid not null,
  step_key text not null,
  args_hash text not null,
  uses_left integer not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  used_at timestamp with time zone,
  pins jsonb,
  constraint grants_approval_id_key UNIQUE (approval_id),
  constraint grants_pkey PRIMARY KEY (id),
  constraint grants_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint grants_org_id_approval_id_fkey FOREIGN KEY (org_id, approval_id) REFERENCES approvals(org_id, id) ON DELETE CASCADE,
  constraint grants_uses_left_check CHECK (uses_left >= 0 AND uses_left <= 50)
);
CREATE INDEX grants_agent ON public.grants USING btree (org_id, agent_id);
CREATE INDEX grants_org ON public.grants USING btree (org_id, approval_id);

create table graph_edges (
  org_id uuid not null,
  from_agent_id uuid not null,
  to_agent_id uuid not null,
  declared_by jsonb,
  declared_at timestamp with time zone,
  note text,
  first_seen_at timestamp with time zone,
  last_seen_at timestamp with time zone,
  base_attempts double precision,
  base_p95_ms double precision,
  constraint graph_edges_pkey PRIMARY KEY (org_id, from_agent_id, to_agent_id),
  constraint graph_edges_org_id_from_agent_id_fkey FOREIGN KEY (org_id, from_agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint graph_edges_org_id_to_agent_id_fkey FOREIGN KEY (org_id, to_agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint graph_edges_note_check CHECK (char_length(note) <= 500)
);
CREATE INDEX graph_edges_to ON public.graph_edges USING btree (org_id, to_agent_id);

create table idempotency_keys (
  actor text not null,
  path text not null,
  key text not null,
  org_id uuid,
  body_hash bytea not null,
  status integer,
  headers jsonb,
  answer text,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint idempotency_keys_pkey PRIMARY KEY (actor, path, key),
  constraint idempotency_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX idempotency_keys_expiry ON public.idempotency_keys USING btree (expires_at);
CREATE INDEX idempotency_keys_org ON public.idempotency_keys USING btree (org_id);

create table kills (
  id uuid not null,
  org_id uuid not null,
  scope_kind text not null,
  scope_id uuid,
  scope_name text not null,
  abort boolean not null,
  reason text not null,
  set_by jsonb not null,
  set_at timestamp with time zone not null,
  released_percent smallint not null default 0,
  released_by jsonb,
  released_at timestamp with time zone,
  constraint kills_pkey PRIMARY KEY (id),
  constraint kills_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint kills_check CHECK ((released_percent = 100) = (released_at IS NOT NULL)),
  constraint kills_check1 CHECK ((scope_kind = ANY (ARRAY['org'::text, 'agent_type'::text])) = (scope_id IS NULL)),
  constraint kills_reason_check CHECK (char_length(reason) <= 2000),
  constraint kills_released_percent_check CHECK (released_percent = ANY (ARRAY[0, 10, 50, 100])),
  constraint kills_scope_kind_check CHECK (scope_kind = ANY (ARRAY['org'::text, 'board'::text, 'board_group'::text, 'agent_type'::text, 'agent'::text])),
  constraint kills_scope_name_check CHECK (char_length(scope_name) <= 200)
);
CREATE INDEX kills_active ON public.kills USING btree (org_id, set_at DESC, id DESC) WHERE (released_at IS NULL);

create table lease_ledger (
  org_id uuid not null,
  id bigint not null generated always as identity,
  lease_id uuid,
  keys text[] not null,
  reserved bigint not null,
  committed bigint not null,
  reason text not null,
  at timestamp with time zone not null,
  constraint lease_ledger_pkey PRIMARY KEY (org_id, id),
  constraint lease_ledger_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint lease_ledger_reason_check CHECK (reason = ANY (ARRAY['granted'::text, 'used'::text, 'released'::text, 'expired'::text, 'reported'::text, 'folded'::text]))
);
CREATE INDEX lease_ledger_old ON public.lease_ledger USING brin (at);

create table lease_scopes (
  org_id uuid not null,
  key text not null,
  cap bigint not null,
  lifted bigint not null default 0,
  committed bigint not null default 0,
  reserved bigint not null default 0,
  warn_at bigint,
  warned_at timestamp with time zone,
  updated_at timestamp with time zone not null,
  constraint lease_scopes_pkey PRIMARY KEY (org_id, key),
  constraint lease_scopes_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint lease_scopes_cap_check CHECK (cap >= 0),
  constraint lease_scopes_committed_check CHECK (committed >= 0),
  constraint lease_scopes_key_check CHECK (char_length(key) <= 200),
  constraint lease_scopes_lifted_check CHECK (lifted >= 0),
  constraint lease_scopes_reserved_check CHECK (reserved >= 0)
);
CREATE INDEX lease_scopes_old ON public.lease_scopes USING btree (updated_at) WHERE (reserved = 0);

create table leases (
  org_id uuid not null,
  id uuid not null,
  kind text not null,
  state text not null,
  agent_id uuid not null,
  producer_id uuid not null,
  run_id uuid not null,
  keys text[] not null,
  amount bigint not null default 0,
  used bigint not null default 0,
  overrun boolean not null default false,
  blocked_by text,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint leases_pkey PRIMARY KEY (org_id, id),
  constraint leases_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint leases_kind_check CHECK (kind = ANY (ARRAY['tokens'::text, 'cost'::text, 'concurrency'::text, 'probe'::text])),
  constraint leases_state_check CHECK (state = ANY (ARRAY['queued'::text, 'granted'::text, 'released'::text, 'expired'::text, 'settled'::text]))
);
CREATE INDEX leases_due ON public.leases USING btree (expires_at) WHERE (state = ANY (ARRAY['queued'::text, 'granted'::text, 'expired'::text]));
CREATE INDEX leases_late ON public.leases USING btree (ended_at) WHERE (state = 'settled'::text);
CREATE INDEX leases_queue ON public.leases USING btree (org_id, blocked_by, created_at, id) WHERE (state = 'queued'::text);
CREATE INDEX leases_run ON public.leases USING btree (org_id, run_id);

create table marketplace_skills (
  id uuid not null,
  org_id uuid not null,
  name text not null,
  description text,
  category text,
  risk text,
  source text,
  source_url text not null,
  metadata jsonb not null default '{}'::jsonb,
  pack_id uuid,
  stale boolean not null default false,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint marketplace_skills_org_id_id_key UNIQUE (org_id, id),
  constraint marketplace_skills_org_id_source_url_key UNIQUE (org_id, source_url),
  constraint marketplace_skills_pkey PRIMARY KEY (id),
  constraint marketplace_skills_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint marketplace_skills_org_id_pack_id_fkey FOREIGN KEY (org_id, pack_id) REFERENCES skill_packs(org_id, id) ON DELETE SET NULL (pack_id),
  constraint marketplace_skills_category_check CHECK (char_length(category) <= 200),
  constraint marketplace_skills_description_check CHECK (char_length(description) <= 20000),
  constraint marketplace_skills_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 200),
  constraint marketplace_skills_risk_check CHECK (char_length(risk) <= 200),
  constraint marketplace_skills_source_check CHECK (char_length(source) <= 2000),
  constraint marketplace_skills_source_url_check CHECK (char_length(source_url) <= 2000)
);
CREATE INDEX marketplace_skills_org ON public.marketplace_skills USING btree (org_id, created_at DESC);
CREATE INDEX marketplace_skills_pack ON public.marketplace_skills USING btree (org_id, pack_id) WHERE (pack_id IS NOT NULL);

create table organization_board_access (
  id uuid not null,
  org_id uuid not null,
  organization_member_id uuid not null,
  board_id uuid not null,
  can_read boolean not null default true,
  can_write boolean not null default false,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint organization_board_access_organization_member_id_board_id_key UNIQUE (organization_member_id, board_id),
  constraint organization_board_access_pkey PRIMARY KEY (id),
  constraint organization_board_access_org_id_board_id_fkey FOREIGN KEY (org_id, board_id) REFERENCES boards(org_id, id) ON DELETE CASCADE,
  constraint organization_board_access_organization_member_id_fkey FOREIGN KEY (organization_member_id) REFERENCES organization_members(id) ON DELETE CASCADE,
  constraint organization_board_access_check CHECK (can_read OR can_write)
);
CREATE INDEX organization_board_access_board ON public.organization_board_access USING btree (org_id, board_id);

create table organization_invite_board_access (
  id uuid not null,
  org_id uuid not null,
  organization_invite_id uuid not null,
  board_id uuid not null,
  can_read boolean not null default true,
  can_write boolean not null default false,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint organization_invite_board_acc_organization_invite_id_board__key UNIQUE (organization_invite_id, board_id),
  constraint organization_invite_board_access_pkey PRIMARY KEY (id),
  constraint organization_invite_board_access_org_id_board_id_fkey FOREIGN KEY (org_id, board_id) REFERENCES boards(org_id, id) ON DELETE CASCADE,
  constraint organization_invite_board_access_organization_invite_id_fkey FOREIGN KEY (organization_invite_id) REFERENCES organization_invites(id) ON DELETE CASCADE,
  constraint organization_invite_board_access_check CHECK (can_read OR can_write)
);
CREATE INDEX organization_invite_board_access_board ON public.organization_invite_board_access USING btree (org_id, board_id);

create table organization_invites (
  id uuid not null,
  org_id uuid not null,
  invited_email text not null,
  token_hash bytea not null,
  role text not null default 'member'::text,
  all_boards_read boolean not null default false,
  all_boards_write boolean not null default false,
  expires_at timestamp with time zone not null,
  created_by_user_id uuid,
  accepted_by_user_id uuid,
  accepted_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint organization_invites_token_hash_key UNIQUE (token_hash),
  constraint organization_invites_pkey PRIMARY KEY (id),
  constraint organization_invites_accepted_by_user_id_fkey FOREIGN KEY (accepted_by_user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint organization_invites_created_by_user_id_fkey FOREIGN KEY (created_by_user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint organization_invites_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint organization_invites_invited_email_check CHECK (char_length(invited_email) <= 320),
  constraint organization_invites_role_check CHECK (role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text]))
);
CREATE INDEX organization_invites_acceptor ON public.organization_invites USING btree (accepted_by_user_id);
CREATE INDEX organization_invites_creator ON public.organization_invites USING btree (created_by_user_id);
CREATE INDEX organization_invites_email ON public.organization_invites USING btree (lower(invited_email)) WHERE (accepted_at IS NULL);
CREATE INDEX organization_invites_org ON public.organization_invites USING btree (org_id, created_at DESC);
CREATE UNIQUE INDEX organization_invites_pending ON public.organization_invites USING btree (org_id, lower(invited_email)) WHERE (accepted_at IS NULL);

create table organization_members (
  id uuid not null,
  org_id uuid not null,
  user_id uuid not null,
  role text not null default 'member'::text,
  all_boards_read boolean not null default false,
  all_boards_write boolean not null default false,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint organization_members_org_id_user_id_key UNIQUE (org_id, user_id),
  constraint organization_members_owner TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint organization_members_pkey PRIMARY KEY (id),
  constraint organization_members_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint organization_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint organization_members_role_check CHECK (role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text]))
);
CREATE INDEX organization_members_user ON public.organization_members USING btree (user_id, created_at);
CREATE CONSTRAINT TRIGGER organization_members_owner AFTER DELETE OR UPDATE ON public.organization_members DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION organizations_keep_an_owner();

create table organizations (
  id uuid not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint organizations_pkey PRIMARY KEY (id),
  constraint organizations_name_check CHECK (char_length(name) <= 200)
);
CREATE INDEX organizations_name ON public.organizations USING btree (lower(name));

create table otlp_spans (
  org_id uuid not null,
  day date not null,
  trace_id uuid not null,
  settle integer not null,
  producer_id uuid not null,
  part text not null
) partition by RANGE (day);
CREATE INDEX otlp_spans_trace ON ONLY public.otlp_spans USING btree (org_id, trace_id);

create table otlp_traces (
  org_id uuid not null,
  trace_id uuid not null,
  run_id uuid not null,
  root_ended boolean not null,
  settles integer not null default 0,
  pending_batch bigint,
  due_at timestamp with time zone,
  last_span_at timestamp with time zone not null,
  constraint otlp_traces_pkey PRIMARY KEY (org_id, trace_id),
  constraint otlp_traces_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX otlp_traces_age ON public.otlp_traces USING btree (last_span_at);
CREATE INDEX otlp_traces_due ON public.otlp_traces USING btree (due_at) WHERE (due_at IS NOT NULL);

create table outbound_dispatcher (
  id integer not null,
  tx xid8 not null,
  event_id bigint not null,
  constraint outbound_dispatcher_pkey PRIMARY KEY (id),
  constraint outbound_dispatcher_id_check CHECK (id = 1)
);

create table outbound_webhooks (
  id uuid not null,
  org_id uuid not null,
  name text not null,
  url text not null,
  secret_enc bytea not null,
  event_types text[] not null,
  board_ids uuid[],
  enabled boolean not null default true,
  active_since timestamp with time zone not null default now(),
  failures integer not null default 0,
  paused_reason text,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint outbound_webhooks_org_id_id_key UNIQUE (org_id, id),
  constraint outbound_webhooks_pkey PRIMARY KEY (id),
  constraint outbound_webhooks_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint outbound_webhooks_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 200),
  constraint outbound_webhooks_url_check CHECK (char_length(url) <= 2000)
);
CREATE INDEX outbound_webhooks_org ON public.outbound_webhooks USING btree (org_id, created_at DESC);

create table policies (
  id uuid not null,
  org_id uuid not null,
  name text not null,
  latest_version integer not null default 1,
  activation_id uuid,
  archived_at timestamp with time zone,
  created_by jsonb not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint policies_org_id_id_key UNIQUE (org_id, id),
  constraint policies_org_id_name_key UNIQUE (org_id, name),
  constraint policies_pkey PRIMARY KEY (id),
  constraint policies_org_id_activation_id_fkey FOREIGN KEY (org_id, activation_id) REFERENCES policy_activations(org_id, id) ON DELETE SET NULL (activation_id) DEFERRABLE INITIALLY DEFERRED,
  constraint policies_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint policies_latest_version_check CHECK (latest_version >= 1),
  constraint policies_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 64)
);
CREATE INDEX policies_activation ON public.policies USING btree (org_id, activation_id) WHERE (activation_id IS NOT NULL);

create table policy_activations (
  id uuid not null,
  org_id uuid not null,
  policy_id uuid not null,
  number integer not null,
  version integer not null,
  kind text not null,
  mode text not null,
  scope_keys text[] not null,
  exclude_keys text[] not null default '{}'::text[],
  ir json not null,
  rule_count integer not null,
  acknowledged boolean not null default false,
  reason text,
  by jsonb not null,
  at timestamp with time zone not null default now(),
  has_breaker boolean not null default ((ir)::text ~~ '%"kind":"breaker"%'::text),
  constraint policy_activations_org_id_id_key UNIQUE (org_id, id),
  constraint policy_activations_policy_id_number_key UNIQUE (policy_id, number),
  constraint policy_activations_pkey PRIMARY KEY (id),
  constraint policy_activations_org_id_policy_id_fkey FOREIGN KEY (org_id, policy_id) REFERENCES policies(org_id, id) ON DELETE CASCADE,
  constraint policy_activations_policy_id_version_fkey FOREIGN KEY (policy_id, version) REFERENCES policy_versions(policy_id, version) ON DELETE CASCADE,
  constraint policy_activations_kind_check CHECK (kind = ANY (ARRAY['activate'::text, 'rollback'::text, 'archive'::text])),
  constraint policy_activations_mode_check CHECK (mode = ANY (ARRAY['enforce'::text, 'monitor'::text, 'dry_run'::text, 'off'::text])),
  constraint policy_activations_reason_check CHECK (char_length(reason) <= 2000)
);
CREATE INDEX policy_activations_policy ON public.policy_activations USING btree (org_id, policy_id, number DESC);
CREATE INDEX policy_activations_version ON public.policy_activations USING btree (policy_id, version);

create table policy_exceptions (
  id uuid not null,
  org_id uuid not null,
  policy_id uuid not null,
  rule text not null,
  agent_id uuid not null,
  reason text not null,
  approved_by jsonb not null,
  until timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  constraint policy_exceptions_policy_id_rule_agent_id_key UNIQUE (policy_id, rule, agent_id),
  constraint policy_exceptions_pkey PRIMARY KEY (id),
  constraint policy_exceptions_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint policy_exceptions_org_id_policy_id_fkey FOREIGN KEY (org_id, policy_id) REFERENCES policies(org_id, id) ON DELETE CASCADE,
  constraint policy_exceptions_check CHECK (until > created_at AND until <= (created_at + '90 days'::interval)),
  constraint policy_exceptions_reason_check CHECK (char_length(reason) >= 1 AND char_length(reason) <= 2000),
  constraint policy_exceptions_rule_check CHECK (char_length(rule) >= 1 AND char_length(rule) <= 64)
);
CREATE INDEX policy_exceptions_agent ON public.policy_exceptions USING btree (org_id, agent_id, until);
CREATE INDEX policy_exceptions_policy ON public.policy_exceptions USING btree (org_id, policy_id, created_at DESC, id DESC);

create table policy_versions (
  org_id uuid not null,
  policy_id uuid not null,
  version integer not null,
  hash text not null,
  source text not null,
  note text,
  author jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint policy_versions_pkey PRIMARY KEY (policy_id, version),
  constraint policy_versions_org_id_policy_id_fkey FOREIGN KEY (org_id, policy_id) REFERENCES policies(org_id, id) ON DELETE CASCADE,
  constraint policy_versions_hash_check CHECK (hash ~ '^[0-9a-f]{64}$'::text),
  constraint policy_versions_note_check CHECK (char_length(note) <= 2000),
  constraint policy_versions_source_check CHECK (octet_length(source) <= 262144),
  constraint policy_versions_version_check CHECK (version >= 1)
);
CREATE INDEX policy_versions_org ON public.policy_versions USING btree (org_id, policy_id);
CREATE TRIGGER policy_versions_immutable BEFORE DELETE OR UPDATE ON public.policy_versions FOR EACH ROW EXECUTE FUNCTION policy_versions_are_immutable();

create table producer_agents (
  org_id uuid not null,
  producer_id uuid not null,
  agent_id uuid not null,
  version_id uuid,
  constraint producer_agents_pkey PRIMARY KEY (org_id, producer_id, agent_id),
  constraint producer_agents_agent_id_version_id_fkey FOREIGN KEY (agent_id, version_id) REFERENCES agent_versions(agent_id, id),
  constraint producer_agents_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint producer_agents_org_id_producer_id_fkey FOREIGN KEY (org_id, producer_id) REFERENCES producers(org_id, id) ON DELETE CASCADE
);
CREATE INDEX producer_agents_agent ON public.producer_agents USING btree (org_id, agent_id);
CREATE INDEX producer_agents_version ON public.producer_agents USING btree (agent_id, version_id);

create table producers (
  org_id uuid not null,
  id uuid not null,
  host text,
  pid integer,
  runtime text,
  sdk text,
  capabilities jsonb not null default '{}'::jsonb,
  last_seen_at timestamp with time zone,
  batch_floor bigint not null default 0,
  bundle_versions jsonb not null default '{}'::jsonb,
  dropped jsonb not null default '{}'::jsonb,
  self jsonb not null default '{}'::jsonb,
  skew_ms integer,
  redacted_by_server bigint not null default 0,
  created_at timestamp with time zone not null default now(),
  command_key_enc bytea,
  constraint producers_pkey PRIMARY KEY (org_id, id),
  constraint producers_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint producers_host_check CHECK (char_length(host) <= 256),
  constraint producers_runtime_check CHECK (char_length(runtime) <= 128),
  constraint producers_sdk_check CHECK (char_length(sdk) <= 64)
);
CREATE INDEX producers_seen ON public.producers USING btree (org_id, last_seen_at DESC);

create unlogged table rate_limit_windows (
  bucket text not null,
  window_start timestamp with time zone not null,
  hits integer not null default 0,
  constraint rate_limit_windows_pkey PRIMARY KEY (bucket, window_start)
);

create table recurring_jobs (
  name text not null,
  next_at timestamp with time zone not null,
  constraint recurring_jobs_pkey PRIMARY KEY (name)
);

create table rollup_1h (
  org_id uuid not null,
  day date not null,
  t timestamp with time zone not null,
  agent_id uuid,
  version_id uuid,
  dim text not null,
  dim_value text not null,
  n bigint not null,
  errors bigint not null default 0,
  blocked bigint not null default 0,
  retries bigint not null default 0,
  tokens_input bigint not null default 0,
  tokens_cache_read bigint not null default 0,
  tokens_cache_write bigint not null default 0,
  tokens_output bigint not null default 0,
  tokens_reasoning bigint not null default 0,
  cost_usd numeric(18,8) not null default 0,
  unpriced_tokens bigint not null default 0,
  dur_sum_us bigint not null default 0,
  dur_hist jsonb,
  ttft_hist jsonb,
  score_sum double precision not null default 0,
  score_n bigint not null default 0
) partition by RANGE (day);
CREATE INDEX rollup_1h_edges ON ONLY public.rollup_1h USING btree (org_id, t) WHERE (dim = 'edge'::text);
CREATE INDEX rollup_1h_read ON ONLY public.rollup_1h USING btree (org_id, agent_id, dim, t);
CREATE INDEX rollup_1h_t ON ONLY public.rollup_1h USING brin (t);

create table rollup_1m (
  org_id uuid not null,
  day date not null,
  t timestamp with time zone not null,
  agent_id uuid,
  version_id uuid,
  dim text not null,
  dim_value text not null,
  n bigint not null,
  errors bigint not null default 0,
  blocked bigint not null default 0,
  retries bigint not null default 0,
  tokens_input bigint not null default 0,
  tokens_cache_read bigint not null default 0,
  tokens_cache_write bigint not null default 0,
  tokens_output bigint not null default 0,
  tokens_reasoning bigint not null default 0,
  cost_usd numeric(18,8) not null default 0,
  unpriced_tokens bigint not null default 0,
  dur_sum_us bigint not null default 0,
  dur_hist jsonb,
  ttft_hist jsonb,
  score_sum double precision not null default 0,
  score_n bigint not null default 0
) partition by RANGE (day);
CREATE INDEX rollup_1m_edges ON ONLY public.rollup_1m USING btree (org_id, t) WHERE (dim = 'edge'::text);
CREATE INDEX rollup_1m_read ON ONLY public.rollup_1m USING btree (org_id, agent_id, dim, t);
CREATE INDEX rollup_1m_t ON ONLY public.rollup_1m USING brin (t);

create table rollup_spans (
  org_id uuid not null,
  grain text not null,
  t timestamp with time zone not null,
  counted bigint not null,
  constraint rollup_spans_pkey PRIMARY KEY (org_id, grain, t),
  constraint rollup_spans_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint rollup_spans_grain_check CHECK (grain = ANY (ARRAY['hour'::text, 'day'::text]))
);

create table rollup_sums (
  org_id uuid not null,
  day date not null,
  t timestamp with time zone not null,
  agent_id uuid,
  version_id uuid,
  dim text not null,
  dim_value text not null,
  n bigint not null,
  errors bigint not null default 0,
  blocked bigint not null default 0,
  retries bigint not null default 0,
  tokens_input bigint not null default 0,
  tokens_cache_read bigint not null default 0,
  tokens_cache_write bigint not null default 0,
  tokens_output bigint not null default 0,
  tokens_reasoning bigint not null default 0,
  cost_usd numeric(18,8) not null default 0,
  unpriced_tokens bigint not null default 0,
  dur_sum_us bigint not null default 0,
  dur_hist jsonb,
  ttft_hist jsonb,
  score_sum double precision not null default 0,
  score_n bigint not null default 0,
  grain text not null,
  constraint rollup_sums_grain_check CHECK (grain = ANY (ARRAY['fleet_hour'::text, 'fleet_day'::text, 'agent_hour'::text, 'agent_day'::text]))
) partition by RANGE (day);
CREATE INDEX rollup_sums_read ON ONLY public.rollup_sums USING btree (org_id, grain, dim, t);

create table run_events (
  org_id uuid not null,
  day date not null,
  run_id uuid not null,
  seq bigint not null,
  t text not null,
  key text,
  ts timestamp with time zone not null,
  body jsonb not null
) partition by RANGE (day);
CREATE INDEX run_events_run ON ONLY public.run_events USING btree (run_id, seq);

create table run_tombstones (
  org_id uuid not null,
  run_id uuid not null,
  day date not null,
  trace_id text,
  deleted_by jsonb not null,
  deleted_at timestamp with time zone not null,
  erased_at timestamp with time zone,
  constraint run_tombstones_pkey PRIMARY KEY (org_id, run_id),
  constraint run_tombstones_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX run_tombstones_day ON public.run_tombstones USING btree (day);
CREATE INDEX run_tombstones_due ON public.run_tombstones USING btree (deleted_at) WHERE (erased_at IS NULL);

create table runs (
  org_id uuid not null,
  day date not null,
  id uuid not null,
  agent_id uuid,
  version_id uuid,
  producer_id uuid,
  root_run_id uuid not null,
  parent_run_id uuid,
  parent_step_key text,
  parent_verified boolean,
  trace_id text,
  task_id uuid,
  board_id uuid,
  source text not null default 'sdk'::text,
  user_ref text,
  session text,
  name text,
  entrypoint text,
  status text not null default 'running'::text,
  status_seq bigint not null default '-1'::integer,
  outcome text,
  error_type text,
  error_message text,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  last_event_at timestamp with time zone not null,
  dur_us bigint,
  tokens_input bigint not null default 0,
  tokens_cache_read bigint not null default 0,
  tokens_cache_write bigint not null default 0,
  tokens_output bigint not null default 0,
  tokens_reasoning bigint not null default 0,
  cost_usd numeric(14,8),
  unpriced_tokens bigint not null default 0,
  steps integer not null default 0,
  llm_calls integer not null default 0,
  tool_calls integer not null default 0,
  errors integer not null default 0,
  blocked integer not null default 0,
  retries integer not null default 0,
  violations integer not null default 0,
  max_seq bigint not null default '-1'::integer,
  current_step text,
  confidence double precision,
  score double precision,
  sampled boolean,
  gap boolean not null default false,
  truncated boolean not null default false,
  expected_steps integer,
  in_payload jsonb,
  out_payload jsonb,
  config jsonb,
  tags jsonb,
  replay_id uuid,
  replay_of uuid,
  pinned boolean not null default false,
  constraint runs_pkey PRIMARY KEY (org_id, day, id)
) partition by RANGE (day);
CREATE INDEX runs_agent ON ONLY public.runs USING btree (org_id, agent_id, started_at DESC);
CREATE INDEX runs_ended ON ONLY public.runs USING brin (ended_at);
CREATE INDEX runs_failed ON ONLY public.runs USING btree (org_id, started_at DESC) WHERE (status = ANY (ARRAY['error'::text, 'lost'::text]));
CREATE INDEX runs_open ON ONLY public.runs USING btree (org_id, last_event_at) WHERE (status = 'running'::text);
CREATE INDEX runs_orphans ON ONLY public.runs USING btree (started_at) WHERE (parent_verified = false);
CREATE INDEX runs_root ON ONLY public.runs USING btree (org_id, root_run_id);
CREATE INDEX runs_started ON ONLY public.runs USING btree (org_id, started_at DESC, id DESC);
CREATE INDEX runs_task ON ONLY public.runs USING btree (org_id, task_id) WHERE (task_id IS NOT NULL);
CREATE INDEX runs_trace ON ONLY public.runs USING btree (org_id, trace_id) WHERE (trace_id IS NOT NULL);

create table schema_migrations (
  name text not null,
  checksum text not null,
  landed_at timestamp with time zone not null default now(),
  constraint schema_migrations_pkey PRIMARY KEY (name)
);

create table service_keys (
  id uuid not null,
  org_id uuid not null,
  name text not null,
  prefix text not null,
  token_hash bytea not null,
  scopes text[] not null,
  agent_slugs text[] not null default '{}'::text[],
  created_by_user_id uuid,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  last_used_ip text,
  created_at timestamp with time zone not null default now(),
  constraint service_keys_token_hash_key UNIQUE (token_hash),
  constraint service_keys_pkey PRIMARY KEY (id),
  constraint service_keys_created_by_user_id_fkey FOREIGN KEY (created_by_user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint service_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint service_keys_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 200),
  constraint service_keys_scopes_check CHECK (scopes <@ ARRAY['enroll'::text, 'otlp'::text, 'metrics'::text, 'read'::text] AND cardinality(scopes) > 0)
);
CREATE INDEX service_keys_creator ON public.service_keys USING btree (created_by_user_id);
CREATE INDEX service_keys_org ON public.service_keys USING btree (org_id, created_at DESC);

create table skill_packs (
  id uuid not null,
  org_id uuid not null,
  name text not null,
  description text,
  source_url text not null,
  branch text not null default 'main'::text,
  metadata jsonb not null default '{}'::jsonb,
  last_synced_at timestamp with time zone,
  last_error jsonb,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint skill_packs_org_id_id_key UNIQUE (org_id, id),
  constraint skill_packs_org_id_source_url_key UNIQUE (org_id, source_url),
  constraint skill_packs_pkey PRIMARY KEY (id),
  constraint skill_packs_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint skill_packs_branch_check CHECK (char_length(branch) <= 250),
  constraint skill_packs_description_check CHECK (char_length(description) <= 20000),
  constraint skill_packs_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 200),
  constraint skill_packs_source_url_check CHECK (source_url ~~ 'https://github.com/%/%'::text)
);

create table steps (
  org_id uuid not null,
  day date not null,
  run_id uuid not null,
  seq bigint not null,
  phase smallint not null,
  key text not null,
  parent_key text,
  attempt integer not null default 1,
  kind text not null,
  name text not null,
  agent_id uuid,
  version_id uuid,
  status text not null,
  started_at timestamp with time zone not null,
  dur_us bigint,
  wait_us bigint,
  ttft_us bigint,
  model text,
  provider text,
  prompt_bucket smallint,
  tokens_input integer,
  tokens_cache_read integer,
  tokens_cache_write integer,
  tokens_output integer,
  tokens_reasoning integer,
  cost_usd numeric(14,8),
  finish text,
  side_effect text,
  args_hash text,
  idem text,
  error_type text,
  error_message text,
  error_stack text,
  in_payload jsonb,
  out_payload jsonb,
  decision_id uuid,
  ckpt jsonb,
  data_read text[],
  data_write text[],
  cost_source text
) partition by RANGE (day);
CREATE INDEX steps_run ON ONLY public.steps USING btree (run_id, seq);
CREATE INDEX steps_started ON ONLY public.steps USING brin (started_at);
CREATE INDEX steps_tool ON ONLY public.steps USING btree (org_id, name, started_at) WHERE ((kind = 'tool'::text) AND (phase = 1));

create table tag_assignments (
  id uuid not null,
  org_id uuid not null,
  task_id uuid not null,
  tag_id uuid not null,
  created_at timestamp with time zone not null default now(),
  constraint tag_assignments_task_id_tag_id_key UNIQUE (task_id, tag_id),
  constraint tag_assignments_pkey PRIMARY KEY (id),
  constraint tag_assignments_org_id_tag_id_fkey FOREIGN KEY (org_id, tag_id) REFERENCES tags(org_id, id) ON DELETE CASCADE,
  constraint tag_assignments_org_id_task_id_fkey FOREIGN KEY (org_id, task_id) REFERENCES tasks(org_id, id) ON DELETE CASCADE
);
CREATE INDEX tag_assignments_tag ON public.tag_assignments USING btree (org_id, tag_id);

create table tags (
  id uuid not null,
  org_id uuid not null,
  name text not null,
  slug text not null,
  color text not null default '9e9e9e'::text,
  description text,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint tags_org_id_id_key UNIQUE (org_id, id),
  constraint tags_org_id_slug_key UNIQUE (org_id, slug),
  constraint tags_pkey PRIMARY KEY (id),
  constraint tags_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint tags_color_check CHECK (color ~ '^[0-9a-f]{6}$'::text),
  constraint tags_description_check CHECK (char_length(description) <= 20000),
  constraint tags_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 100),
  constraint tags_slug_check CHECK (char_length(slug) >= 1 AND char_length(slug) <= 120)
);
CREATE INDEX tags_name ON public.tags USING btree (org_id, lower(name), created_at);

create table task_comments (
  id uuid not null,
  org_id uuid not null,
  board_id uuid not null,
  task_id uuid not null,
  message text not null,
  user_id uuid,
  agent_id uuid,
  edited_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint task_comments_pkey PRIMARY KEY (id),
  constraint task_comments_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE SET NULL,
  constraint task_comments_board_id_task_id_fkey FOREIGN KEY (board_id, task_id) REFERENCES tasks(board_id, id) ON DELETE CASCADE,
  constraint task_comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint task_comments_message_check CHECK (char_length(message) <= 100000)
);
CREATE INDEX task_comments_agent ON public.task_comments USING btree (agent_id);
CREATE INDEX task_comments_board ON public.task_comments USING btree (board_id, created_at DESC);
CREATE INDEX task_comments_org ON public.task_comments USING btree (org_id, created_at DESC);
CREATE INDEX task_comments_task ON public.task_comments USING btree (task_id, created_at);
CREATE INDEX task_comments_user ON public.task_comments USING btree (user_id);

create table task_custom_field_definitions (
  id uuid not null,
  org_id uuid not null,
  field_key text not null,
  label text not null,
  field_type text not null default 'text'::text,
  ui_visibility text not null default 'always'::text,
  validation_regex text,
  description text,
  required boolean not null default false,
  default_value jsonb,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint task_custom_field_definitions_org_id_field_key_key UNIQUE (org_id, field_key),
  constraint task_custom_field_definitions_org_id_id_key UNIQUE (org_id, id),
  constraint task_custom_field_definitions_pkey PRIMARY KEY (id),
  constraint task_custom_field_definitions_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint task_custom_field_definitions_description_check CHECK (char_length(description) <= 20000),
  constraint task_custom_field_definitions_field_key_check CHECK (char_length(field_key) >= 1 AND char_length(field_key) <= 200),
  constraint task_custom_field_definitions_field_type_check CHECK (field_type = ANY (ARRAY['text'::text, 'text_long'::text, 'integer'::text, 'decimal'::text, 'boolean'::text, 'date'::text, 'date_time'::text, 'url'::text, 'json'::text])),
  constraint task_custom_field_definitions_label_check CHECK (char_length(label) >= 1 AND char_length(label) <= 200),
  constraint task_custom_field_definitions_ui_visibility_check CHECK (ui_visibility = ANY (ARRAY['always'::text, 'if_set'::text, 'hidden'::text])),
  constraint task_custom_field_definitions_validation_regex_check CHECK (char_length(validation_regex) <= 500)
);

create table task_custom_field_values (
  id uuid not null,
  org_id uuid not null,
  task_id uuid not null,
  task_custom_field_definition_id uuid not null,
  value jsonb not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint task_custom_field_values_task_id_task_custom_field_definiti_key UNIQUE (task_id, task_custom_field_definition_id),
  constraint task_custom_field_values_pkey PRIMARY KEY (id),
  constraint task_custom_field_values_org_id_task_custom_field_definiti_fkey FOREIGN KEY (org_id, task_custom_field_definition_id) REFERENCES task_custom_field_definitions(org_id, id) DEFERRABLE INITIALLY DEFERRED,
  constraint task_custom_field_values_org_id_task_id_fkey FOREIGN KEY (org_id, task_id) REFERENCES tasks(org_id, id) ON DELETE CASCADE
);
CREATE INDEX task_custom_field_values_definition ON public.task_custom_field_values USING btree (org_id, task_custom_field_definition_id);

create table task_dependencies (
  id uuid not null,
  org_id uuid not null,
  board_id uuid not null,
  task_id uuid not null,
  depends_on_task_id uuid not null,
  created_at timestamp with time zone not null default now(),
  constraint task_dependencies_task_id_depends_on_task_id_key UNIQUE (task_id, depends_on_task_id),
  constraint task_dependencies_pkey PRIMARY KEY (id),
  constraint task_dependencies_board_id_depends_on_task_id_fkey FOREIGN KEY (board_id, depends_on_task_id) REFERENCES tasks(board_id, id) ON DELETE CASCADE,
  constraint task_dependencies_board_id_task_id_fkey FOREIGN KEY (board_id, task_id) REFERENCES tasks(board_id, id) ON DELETE CASCADE,
  constraint task_dependencies_check CHECK (task_id <> depends_on_task_id)
);
CREATE INDEX task_dependencies_board ON public.task_dependencies USING btree (org_id, board_id);
CREATE INDEX task_dependencies_target ON public.task_dependencies USING btree (depends_on_task_id);

create table task_status_changes (
  id uuid not null,
  org_id uuid not null,
  board_id uuid not null,
  task_id uuid not null,
  cycle integer not null,
  from_status text,
  to_status text not null,
  actor_kind text not null,
  actor_id text,
  at timestamp with time zone not null,
  began_at timestamp with time zone,
  constraint task_status_changes_pkey PRIMARY KEY (id),
  constraint task_status_changes_board_id_task_id_fkey FOREIGN KEY (board_id, task_id) REFERENCES tasks(board_id, id) ON DELETE CASCADE
);
CREATE INDEX task_status_changes_board ON public.task_status_changes USING btree (board_id, to_status, at);
CREATE INDEX task_status_changes_task ON public.task_status_changes USING btree (task_id, at);

create table tasks (
  id uuid not null,
  org_id uuid not null,
  board_id uuid not null,
  title text not null,
  description text,
  status text not null default 'inbox'::text,
  priority text not null default 'medium'::text,
  due_at timestamp with time zone,
  "position" text not null,
  cycle integer not null default 1,
  in_progress_at timestamp with time zone,
  previous_in_progress_at timestamp with time zone,
  created_by_user_id uuid,
  created_by_agent_id uuid,
  assigned_agent_id uuid,
  lease_id uuid,
  lease_fence bigint not null default 0,
  lease_expires_at timestamp with time zone,
  auto_created boolean not null default false,
  auto_reason text,
  due_soon_for timestamp with time zone,
  overdue_for timestamp with time zone,
  search tsvector default to_tsvector('simple'::regconfig, ((title || ' '::text) || "left"(COALESCE(description, ''::text), 50000))),
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint tasks_board_id_id_key UNIQUE (board_id, id),
  constraint tasks_org_id_id_key UNIQUE (org_id, id),
  constraint tasks_pkey PRIMARY KEY (id),
  constraint tasks_assigned_agent_id_fkey FOREIGN KEY (assigned_agent_id) REFERENCES agents(id) ON DELETE SET NULL,
  constraint tasks_created_by_agent_id_fkey FOREIGN KEY (created_by_agent_id) REFERENCES agents(id) ON DELETE SET NULL,
  constraint tasks_created_by_user_id_fkey FOREIGN KEY (created_by_user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint tasks_org_id_board_id_fkey FOREIGN KEY (org_id, board_id) REFERENCES boards(org_id, id) ON DELETE CASCADE,
  constraint tasks_auto_reason_check CHECK (char_length(auto_reason) <= 20000),
  constraint tasks_description_check CHECK (char_length(description) <= 100000),
  constraint tasks_position_check CHECK (char_length("position") >= 1 AND char_length("position") <= 200),
  constraint tasks_priority_check CHECK (char_length(priority) >= 1 AND char_length(priority) <= 32),
  constraint tasks_status_check CHECK (status = ANY (ARRAY['inbox'::text, 'in_progress'::text, 'review'::text, 'done'::text])),
  constraint tasks_title_check CHECK (char_length(title) >= 1 AND char_length(title) <= 500)
);
CREATE INDEX tasks_agent ON public.tasks USING btree (assigned_agent_id) WHERE (assigned_agent_id IS NOT NULL);
CREATE INDEX tasks_board_position ON public.tasks USING btree (org_id, board_id, status, "position");
CREATE INDEX tasks_board_status ON public.tasks USING btree (org_id, board_id, status, created_at DESC, id DESC);
CREATE INDEX tasks_creator_agent ON public.tasks USING btree (created_by_agent_id) WHERE (created_by_agent_id IS NOT NULL);
CREATE INDEX tasks_creator_user ON public.tasks USING btree (created_by_user_id);
CREATE INDEX tasks_due ON public.tasks USING btree (due_at) WHERE ((status <> 'done'::text) AND (due_at IS NOT NULL) AND (overdue_for IS DISTINCT FROM due_at));
CREATE INDEX tasks_lease ON public.tasks USING btree (lease_expires_at) WHERE (lease_expires_at IS NOT NULL);
CREATE INDEX tasks_org_updated ON public.tasks USING btree (org_id, updated_at DESC);
CREATE INDEX tasks_search ON public.tasks USING gin (org_id, search);

create table telemetry_batches (
  org_id uuid not null,
  producer_id uuid not null,
  batch bigint not null,
  response jsonb not null,
  committed_at timestamp with time zone not null default now(),
  constraint telemetry_batches_pkey PRIMARY KEY (org_id, producer_id, batch)
);

create table telemetry_settings (
  org_id uuid not null,
  settings jsonb not null,
  version integer not null default 1,
  updated_at timestamp with time zone not null default now(),
  constraint telemetry_settings_pkey PRIMARY KEY (org_id),
  constraint telemetry_settings_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table user_sessions (
  id uuid not null,
  user_id uuid not null,
  token_hash bytea not null,
  created_at timestamp with time zone not null default now(),
  last_seen_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  access_token_id uuid,
  constraint user_sessions_token_hash_key UNIQUE (token_hash),
  constraint user_sessions_pkey PRIMARY KEY (id),
  constraint user_sessions_access_token_id_fkey FOREIGN KEY (access_token_id) REFERENCES access_tokens(id) ON DELETE CASCADE,
  constraint user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX user_sessions_access_token ON public.user_sessions USING btree (access_token_id) WHERE (access_token_id IS NOT NULL);
CREATE INDEX user_sessions_expiry ON public.user_sessions USING btree (expires_at);
CREATE INDEX user_sessions_user ON public.user_sessions USING btree (user_id);

create table users (
  id uuid not null,
  clerk_user_id text not null,
  email text,
  email_verified boolean not null default false,
  name text,
  preferred_name text,
  pronouns text,
  timezone text,
  notes text,
  context text,
  is_super_admin boolean not null default false,
  active_organization_id uuid,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint users_clerk_user_id_key UNIQUE (clerk_user_id),
  constraint users_pkey PRIMARY KEY (id),
  constraint users_active_organization_id_fkey FOREIGN KEY (active_organization_id) REFERENCES organizations(id) ON DELETE SET NULL,
  constraint users_clerk_user_id_check CHECK (char_length(clerk_user_id) <= 255),
  constraint users_context_check CHECK (char_length(context) <= 10000),
  constraint users_email_check CHECK (char_length(email) <= 320),
  constraint users_name_check CHECK (char_length(name) <= 200),
  constraint users_notes_check CHECK (char_length(notes) <= 10000),
  constraint users_preferred_name_check CHECK (char_length(preferred_name) <= 200),
  constraint users_pronouns_check CHECK (char_length(pronouns) <= 200),
  constraint users_timezone_check CHECK (char_length(timezone) <= 200)
);
CREATE INDEX users_active_organization ON public.users USING btree (active_organization_id);
CREATE INDEX users_email ON public.users USING btree (lower(email));

create table violations (
  org_id uuid not null,
  id uuid not null,
  agent_id uuid not null,
  version_id uuid,
  run_id uuid,
  seq bigint,
  step_key text,
  tool text,
  code text not null,
  rule_ref text,
  mode text not null,
  verdict text not null,
  enforcement text not null,
  severity text not null default 'medium'::text,
  args_view jsonb,
  args_hash text,
  matched jsonb not null default '[]'::jsonb,
  explanation text not null,
  bundle integer,
  degraded boolean not null default false,
  ts timestamp with time zone not null,
  state text not null default 'open'::text,
  note text,
  state_by jsonb,
  state_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  line integer,
  assignee_user_id uuid,
  risk_score double precision,
  risk_factors jsonb,
  approval_id uuid,
  history_hash text,
  context jsonb,
  constraint violations_pkey PRIMARY KEY (org_id, id),
  constraint violations_assignee_user_id_fkey FOREIGN KEY (assignee_user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint violations_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint violations_code_check CHECK (char_length(code) <= 128),
  constraint violations_enforcement_check CHECK (enforcement = ANY (ARRAY['blocked'::text, 'would_have'::text, 'none'::text])),
  constraint violations_explanation_check CHECK (char_length(explanation) <= 4000),
  constraint violations_mode_check CHECK (mode = ANY (ARRAY['enforce'::text, 'monitor'::text])),
  constraint violations_note_check CHECK (char_length(note) <= 4000),
  constraint violations_risk_score_check CHECK (risk_score >= 0::double precision AND risk_score <= 1::double precision),
  constraint violations_rule_ref_check CHECK (char_length(rule_ref) <= 256),
  constraint violations_severity_check CHECK (severity = ANY (ARRAY['info'::text, 'low'::text, 'medium'::text, 'high'::text, 'critical'::text])),
  constraint violations_state_check CHECK (state = ANY (ARRAY['open'::text, 'acknowledged'::text, 'resolved'::text, 'false_positive'::text])),
  constraint violations_step_key_check CHECK (char_length(step_key) <= 1024),
  constraint violations_tool_check CHECK (char_length(tool) <= 256),
  constraint violations_verdict_check CHECK (verdict = ANY (ARRAY['block'::text, 'require_approval'::text, 'warn'::text]))
);
CREATE INDEX violations_agent ON public.violations USING btree (org_id, agent_id, ts DESC);
CREATE INDEX violations_assignee ON public.violations USING btree (assignee_user_id) WHERE (assignee_user_id IS NOT NULL);
CREATE INDEX violations_bare ON public.violations USING btree (ts) WHERE (risk_score IS NULL);
CREATE INDEX violations_context ON public.violations USING btree (ts) WHERE (context IS NOT NULL);
CREATE INDEX violations_open ON public.violations USING btree (org_id, ts DESC) WHERE (state = 'open'::text);
CREATE INDEX violations_org_ts ON public.violations USING btree (org_id, ts DESC, id DESC);
CREATE INDEX violations_rule ON public.violations USING btree (org_id, rule_ref, ts DESC) WHERE (rule_ref IS NOT NULL);
CREATE INDEX violations_run ON public.violations USING btree (org_id, run_id) WHERE (run_id IS NOT NULL);

create table webhook_deliveries (
  id uuid not null,
  org_id uuid not null,
  webhook_id uuid,
  outbound_webhook_id uuid,
  payload_id uuid,
  event_id text,
  event_type text,
  body jsonb,
  target text not null,
  job_id uuid,
  state text not null default 'queued'::text,
  attempts integer not null default 0,
  delivered_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint webhook_deliveries_pkey PRIMARY KEY (id),
  constraint webhook_deliveries_job_id_fkey FOREIGN KEY (job_id) REFERENCES work_jobs(id) ON DELETE SET NULL,
  constraint webhook_deliveries_org_id_outbound_webhook_id_fkey FOREIGN KEY (org_id, outbound_webhook_id) REFERENCES outbound_webhooks(org_id, id) ON DELETE CASCADE,
  constraint webhook_deliveries_org_id_payload_id_fkey FOREIGN KEY (org_id, payload_id) REFERENCES board_webhook_payloads(org_id, id) ON DELETE CASCADE,
  constraint webhook_deliveries_org_id_webhook_id_fkey FOREIGN KEY (org_id, webhook_id) REFERENCES board_webhooks(org_id, id) ON DELETE CASCADE,
  constraint webhook_deliveries_check CHECK (num_nonnulls(webhook_id, outbound_webhook_id) = 1),
  constraint webhook_deliveries_state_check CHECK (state = ANY (ARRAY['queued'::text, 'delivered'::text, 'dead'::text]))
);
CREATE UNIQUE INDEX webhook_deliveries_event ON public.webhook_deliveries USING btree (outbound_webhook_id, event_id) WHERE (outbound_webhook_id IS NOT NULL);
CREATE INDEX webhook_deliveries_job ON public.webhook_deliveries USING btree (job_id);
CREATE INDEX webhook_deliveries_outbound ON public.webhook_deliveries USING btree (org_id, outbound_webhook_id, created_at DESC, id DESC) WHERE (outbound_webhook_id IS NOT NULL);
CREATE INDEX webhook_deliveries_payload ON public.webhook_deliveries USING btree (org_id, payload_id) WHERE (payload_id IS NOT NULL);
CREATE INDEX webhook_deliveries_webhook ON public.webhook_deliveries USING btree (org_id, webhook_id, created_at DESC, id DESC) WHERE (webhook_id IS NOT NULL);

create table work_jobs (
  id uuid not null,
  org_id uuid not null,
  kind text not null,
  state text not null default 'queued'::text,
  subject jsonb,
  board_id uuid,
  payload jsonb not null,
  queue text,
  waits_for text,
  progress jsonb,
  steps jsonb,
  result jsonb,
  error jsonb,
  attempts integer not null default 0,
  max_attempts integer not null default 8,
  next_retry_at timestamp with time zone,
  leased_until timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  lane text,
  lane_place smallint,
  constraint work_jobs_pkey PRIMARY KEY (id),
  constraint work_jobs_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint work_jobs_kind_check CHECK (char_length(kind) <= 128),
  constraint work_jobs_lane_check CHECK (char_length(lane) <= 200),
  constraint work_jobs_queue_check CHECK (char_length(queue) <= 500),
  constraint work_jobs_state_check CHECK (state = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'dead'::text])),
  constraint work_jobs_waits_for_check CHECK (char_length(waits_for) <= 200)
);
CREATE INDEX work_jobs_board ON public.work_jobs USING btree (board_id) WHERE (board_id IS NOT NULL);
CREATE INDEX work_jobs_ended ON public.work_jobs USING btree (updated_at) WHERE (state = ANY (ARRAY['succeeded'::text, 'failed'::text, 'dead'::text]));
CREATE INDEX work_jobs_lane ON public.work_jobs USING btree (lane, created_at, id) WHERE ((state = 'queued'::text) AND (lane IS NOT NULL));
CREATE UNIQUE INDEX work_jobs_lane_place ON public.work_jobs USING btree (lane, lane_place) WHERE ((state = 'running'::text) AND (lane IS NOT NULL));
CREATE INDEX work_jobs_open ON public.work_jobs USING btree (created_at) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));
CREATE INDEX work_jobs_org ON public.work_jobs USING btree (org_id, state, created_at DESC, id DESC);
CREATE INDEX work_jobs_queue ON public.work_jobs USING btree (queue, created_at, id) WHERE ((state = ANY (ARRAY['queued'::text, 'running'::text])) AND (queue IS NOT NULL));
CREATE INDEX work_jobs_subject ON public.work_jobs USING btree (org_id, ((subject ->> 'id'::text)), created_at DESC, id DESC);
CREATE INDEX work_jobs_waiting ON public.work_jobs USING btree (waits_for) WHERE (waits_for IS NOT NULL);

CREATE OR REPLACE FUNCTION public.agent_versions_are_immutable()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if (to_jsonb(new) - 'state') is distinct from (to_jsonb(old) - 'state') then
    raise exception 'agent versions are immutable' using errcode = 'restrict_violation';
  end if;
  return new;
end $function$;
CREATE OR REPLACE FUNCTION public.agent_versions_are_kept()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if pg_trigger_depth() = 1 then
    raise exception 'agent versions are immutable' using errcode = 'restrict_violation';
  end if;
  return old;
end $function$;
CREATE OR REPLACE FUNCTION public.audit_is_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if current_setting('mc.audit_cut', true) is distinct from 'on' and pg_trigger_depth() = 1 then
    raise exception 'the audit trail is append-only' using errcode = 'restrict_violation';
  end if;
  return old;
end $function$;
CREATE OR REPLACE FUNCTION public.audit_is_never_truncated()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the audit trail is append-only' using errcode = 'restrict_violation';
end $function$;
CREATE OR REPLACE FUNCTION public.ensure_day_partitions(parent text, from_day date, to_day date)
 RETURNS integer
 LANGUAGE plpgsql
 SET "TimeZone" TO 'UTC'
AS $function$
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
end $function$;
CREATE OR REPLACE FUNCTION public.ensure_month_partitions(parent text, from_day date, to_day date)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  month date := date_trunc('month', from_day);
  name text;
  made int := 0;
begin
  while month <= to_day loop
    name := parent || '_' || to_char(month, 'YYYYMM');
    if to_regclass(name) is null then
      execute format('create table %I partition of %I for values from (%L) to (%L)',
        name, parent, month, (month + interval '1 month')::date);
      made := made + 1;
    end if;
    month := (month + interval '1 month')::date;
  end loop;
  return made;
end $function$;
CREATE OR REPLACE FUNCTION public.hist_add(a jsonb, b jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when a is null then b when b is null then a else (
    select jsonb_object_agg(k, n) from (
      select k, sum(v::bigint) as n from (
        select key as k, value as v from jsonb_each_text(a)
        union all
        select key, value from jsonb_each_text(b)
      ) both_sides group by k
    ) summed
  ) end
$function$;
create aggregate hist_sum(jsonb) (sfunc = hist_add);
CREATE OR REPLACE FUNCTION public.kill_share(agent uuid)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select (('x' || substr(md5(agent::text), 1, 8))::bit(32)::bigint % 100)::int $function$;
CREATE OR REPLACE FUNCTION public.organizations_keep_an_owner()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select 1 from organizations where id = old.org_id)
    and exists (select 1 from organization_members where org_id = old.org_id)
    and not exists (select 1 from organization_members where org_id = old.org_id and role = 'owner') then
    raise exception 'an organization needs an owner' using errcode = 'restrict_violation',
      constraint = 'organization_members_owner';
  end if;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION public.policy_versions_are_immutable()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' or pg_trigger_depth() = 1 then
    raise exception 'policy versions are immutable' using errcode = 'restrict_violation';
  end if;
  return old;
end $function$;
CREATE OR REPLACE FUNCTION public.tool_schema_hash(tool jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select coalesce(tool ->> 'schema_hash', md5((tool -> 'schema')::text))
$function$;
CREATE OR REPLACE FUNCTION public.tools_in_force(org uuid, agent uuid, tools jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select case when not exists (select from agent_tool_overrides where org_id = org and agent_id = agent) then tools
  else (
    select coalesce(jsonb_agg(
      case
        when o.tool is null then t.tool
        when o.schema_hash is not distinct from tool_schema_hash(t.tool) then
          t.tool || jsonb_strip_nulls(jsonb_build_object('side_effect', o.side_effect, 'data', o.data))
        when array_position(c.classes, o.side_effect) > coalesce(array_position(c.classes, t.tool ->> 'side_effect'), 4) then
          t.tool || jsonb_build_object('side_effect', o.side_effect)
        else t.tool
      end order by t.place), '[]')
    from jsonb_array_elements(tools) with ordinality t (tool, place)
      cross join (values (array['pure', 'read', 'idempotent_write', 'non_idempotent'])) c (classes)
      left join agent_tool_overrides o on o.org_id = org and o.agent_id = agent and o.tool = t.tool ->> 'name'
    where o.is_denied is distinct from true)
  end
$function$;
