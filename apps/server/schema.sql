-- The database after all migrations, for readers. Written by `npm run generate`; never run.

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
  constraint agent_tokens_hash_key UNIQUE (hash),
  constraint agent_tokens_pkey PRIMARY KEY (id),
  constraint agent_tokens_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint agent_tokens_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint agent_tokens_org_id_producer_id_fkey FOREIGN KEY (org_id, producer_id) REFERENCES producers(org_id, id) ON DELETE CASCADE,
  constraint agent_tokens_check CHECK (num_nonnulls(agent_id, producer_id) = 1),
  constraint agent_tokens_state_check CHECK (state = ANY (ARRAY['pending'::text, 'active'::text, 'retiring'::text, 'revoked'::text]))
);
CREATE INDEX agent_tokens_agent ON public.agent_tokens USING btree (agent_id) WHERE (agent_id IS NOT NULL);
CREATE INDEX agent_tokens_org ON public.agent_tokens USING btree (org_id);
CREATE INDEX agent_tokens_producer ON public.agent_tokens USING btree (org_id, producer_id) WHERE (producer_id IS NOT NULL);

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
  constraint agent_versions_agent_id_content_hash_key UNIQUE (agent_id, content_hash),
  constraint agent_versions_agent_id_id_key UNIQUE (agent_id, id),
  constraint agent_versions_agent_id_number_key UNIQUE (agent_id, number),
  constraint agent_versions_pkey PRIMARY KEY (id),
  constraint agent_versions_org_id_agent_id_fkey FOREIGN KEY (org_id, agent_id) REFERENCES agents(org_id, id) ON DELETE CASCADE,
  constraint agent_versions_git_sha_check CHECK (char_length(git_sha) <= 64),
  constraint agent_versions_label_check CHECK (char_length(label) <= 200),
  constraint agent_versions_lockfile_hash_check CHECK (char_length(lockfile_hash) <= 128),
  constraint agent_versions_number_check CHECK (number >= 1),
  constraint agent_versions_state_check CHECK (state = ANY (ARRAY['pending'::text, 'active'::text, 'superseded'::text, 'rejected'::text]))
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
  constraint agents_org_id_id_key UNIQUE (org_id, id),
  constraint agents_org_id_slug_key UNIQUE (org_id, slug),
  constraint agents_pkey PRIMARY KEY (id),
  constraint agents_id_active_version_id_fkey FOREIGN KEY (id, active_version_id) REFERENCES agent_versions(agent_id, id) DEFERRABLE INITIALLY DEFERRED,
  constraint agents_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint agents_owner_user_id_fkey FOREIGN KEY (owner_user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint agents_agent_type_check CHECK (char_length(agent_type) >= 1 AND char_length(agent_type) <= 128),
  constraint agents_control_state_check CHECK (control_state = ANY (ARRAY['discovered'::text, 'active'::text, 'paused'::text, 'draining'::text, 'retired'::text])),
  constraint agents_description_check CHECK (char_length(description) <= 20000),
  constraint agents_enforce_capabilities_check CHECK (enforce_capabilities = ANY (ARRAY['enforce'::text, 'monitor'::text, 'off'::text])),
  constraint agents_fail_mode_check CHECK (fail_mode = ANY (ARRAY['last_known'::text, 'fail_closed'::text, 'fail_open'::text])),
  constraint agents_framework_check CHECK (char_length(framework) <= 64),
  constraint agents_framework_version_check CHECK (char_length(framework_version) <= 64),
  constraint agents_kind_check CHECK (kind = ANY (ARRAY['main'::text, 'lead'::text, 'worker'::text, 'external'::text])),
  constraint agents_model_check CHECK (char_length(model) <= 200),
  constraint agents_name_check CHECK (char_length(name) >= 1 AND char_length(name) <= 200),
  constraint agents_origin_check CHECK (origin = ANY (ARRAY['openclaw'::text, 'sdk'::text, 'otlp'::text])),
  constraint agents_slug_check CHECK (slug ~ '^[a-z0-9][a-z0-9._-]{0,62}$'::text),
  constraint agents_status_check CHECK (status = ANY (ARRAY['provisioning'::text, 'online'::text, 'offline'::text, 'updating'::text, 'deleting'::text])),
  constraint agents_tier_check CHECK (tier >= 0 AND tier <= 2)
);
CREATE INDEX agents_org_created ON public.agents USING btree (org_id, created_at DESC);
CREATE INDEX agents_owner ON public.agents USING btree (owner_user_id);

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
  constraint events_subject_kind_check CHECK (char_length(subject_kind) <= 64),
  constraint events_type_check CHECK (char_length(type) <= 128)
) partition by RANGE (occurred_at);
CREATE INDEX events_org ON ONLY public.events USING btree (org_id, tx, id);
CREATE INDEX events_tail ON ONLY public.events USING btree (tx, id);

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
  constraint organization_members_pkey PRIMARY KEY (id),
  constraint organization_members_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint organization_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint organization_members_role_check CHECK (role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text]))
);
CREATE INDEX organization_members_user ON public.organization_members USING btree (user_id, created_at);

create table organizations (
  id uuid not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint organizations_pkey PRIMARY KEY (id),
  constraint organizations_name_check CHECK (char_length(name) <= 200)
);
CREATE INDEX organizations_name ON public.organizations USING btree (lower(name));

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
CREATE INDEX rollup_1m_read ON ONLY public.rollup_1m USING btree (org_id, agent_id, dim, t);
CREATE INDEX rollup_1m_t ON ONLY public.rollup_1m USING brin (t);

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
  data_write text[]
) partition by RANGE (day);
CREATE INDEX steps_run ON ONLY public.steps USING btree (run_id, seq);
CREATE INDEX steps_started ON ONLY public.steps USING brin (started_at);
CREATE INDEX steps_tool ON ONLY public.steps USING btree (org_id, name, started_at) WHERE ((kind = 'tool'::text) AND (phase = 1));

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
  constraint user_sessions_token_hash_key UNIQUE (token_hash),
  constraint user_sessions_pkey PRIMARY KEY (id),
  constraint user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
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
  constraint violations_pkey PRIMARY KEY (org_id, id),
  constraint violations_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint violations_code_check CHECK (char_length(code) <= 128),
  constraint violations_enforcement_check CHECK (enforcement = ANY (ARRAY['blocked'::text, 'would_have'::text, 'none'::text])),
  constraint violations_explanation_check CHECK (char_length(explanation) <= 4000),
  constraint violations_mode_check CHECK (mode = ANY (ARRAY['enforce'::text, 'monitor'::text])),
  constraint violations_note_check CHECK (char_length(note) <= 4000),
  constraint violations_rule_ref_check CHECK (char_length(rule_ref) <= 256),
  constraint violations_severity_check CHECK (severity = ANY (ARRAY['info'::text, 'low'::text, 'medium'::text, 'high'::text, 'critical'::text])),
  constraint violations_state_check CHECK (state = ANY (ARRAY['open'::text, 'acknowledged'::text, 'resolved'::text, 'false_positive'::text])),
  constraint violations_step_key_check CHECK (char_length(step_key) <= 1024),
  constraint violations_tool_check CHECK (char_length(tool) <= 256),
  constraint violations_verdict_check CHECK (verdict = ANY (ARRAY['block'::text, 'require_approval'::text, 'warn'::text]))
);
CREATE INDEX violations_agent ON public.violations USING btree (org_id, agent_id, ts DESC);
CREATE INDEX violations_open ON public.violations USING btree (org_id, ts DESC) WHERE (state = 'open'::text);
CREATE INDEX violations_org_ts ON public.violations USING btree (org_id, ts DESC, id DESC);
CREATE INDEX violations_run ON public.violations USING btree (org_id, run_id) WHERE (run_id IS NOT NULL);

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
