// Generated from the migrated database by `npm run generate`; do not edit.
import type { ColumnType, Generated } from 'kysely';

export interface AgentHealthTable {
  org_id: string;
  agent_id: string;
  at: ColumnType<string, Date | string, Date | string>;
  health: string;
  reasons: ColumnType<unknown, string | undefined, string>;
}

export interface AgentHoldsTable {
  id: string;
  org_id: string;
  agent_id: string;
  holder: string;
  reason: string;
  by: ColumnType<unknown, string, string>;
  at: ColumnType<string, Date | string | undefined, Date | string>;
  retry_at: ColumnType<string | null, Date | string | null, Date | string | null>;
}

export interface AgentParentsTable {
  org_id: string;
  agent_id: string;
  parent_slug: string;
}

export interface AgentTokensTable {
  id: string;
  org_id: string;
  agent_id: string | null;
  producer_id: string | null;
  hash: Buffer;
  state: Generated<string>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  last_used_at: ColumnType<string, Date | string | undefined, Date | string>;
  expires_at: ColumnType<string | null, Date | string | null, Date | string | null>;
}

export interface AgentVersionsTable {
  id: string;
  org_id: string;
  agent_id: string;
  number: number;
  label: string | null;
  content_hash: Buffer;
  manifest: ColumnType<unknown, string, string>;
  git_sha: string | null;
  lockfile_hash: string | null;
  created_by: ColumnType<unknown, string, string>;
  state: Generated<string>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface AgentsTable {
  id: string;
  org_id: string;
  slug: string;
  name: string;
  origin: string;
  kind: Generated<string>;
  agent_type: string;
  framework: string | null;
  framework_version: string | null;
  description: string | null;
  owner_user_id: string | null;
  labels: ColumnType<unknown, string | undefined, string>;
  model: string | null;
  status: Generated<string>;
  tier: Generated<number>;
  control_state: Generated<string>;
  control_reason: string | null;
  control_by: ColumnType<unknown | null, string | null, string | null>;
  control_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  active_version_id: string | null;
  auto_activate: Generated<boolean>;
  fail_mode: Generated<string>;
  enforce_capabilities: Generated<string>;
  bundle: Generated<number>;
  last_seen_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface BlobRefsTable {
  org_id: string;
  day: ColumnType<string, Date | string, Date | string>;
  hash: Buffer;
  run_id: string;
}

export interface BlobsTable {
  org_id: string;
  day: ColumnType<string, Date | string, Date | string>;
  hash: Buffer;
  enc: string;
  size: number;
  gzip: boolean;
  redacted: Generated<boolean>;
  bytes: Buffer;
}

export interface DecisionsTable {
  org_id: string;
  day: ColumnType<string, Date | string, Date | string>;
  id: string;
  run_id: string;
  seq: number;
  key: string;
  agent_id: string | null;
  tool: string;
  verdict: string;
  rule_ref: string | null;
  mode: string;
  enforcement: string;
  degraded: Generated<boolean>;
  matched: ColumnType<unknown, string | undefined, string>;
  args_view: ColumnType<unknown | null, string | null, string | null>;
  bundle: number | null;
  ts: ColumnType<string, Date | string, Date | string>;
}

export interface EventsTable {
  id: ColumnType<number, never, never>;
  tx: Generated<string>;
  org_id: string;
  board_id: string | null;
  type: string;
  subject_kind: string;
  subject_id: string;
  actor: ColumnType<unknown, string, string>;
  data: ColumnType<unknown, string, string>;
  occurred_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface OrganizationMembersTable {
  id: string;
  org_id: string;
  user_id: string;
  role: Generated<string>;
  all_boards_read: Generated<boolean>;
  all_boards_write: Generated<boolean>;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface OrganizationsTable {
  id: string;
  name: string;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface ProducerAgentsTable {
  org_id: string;
  producer_id: string;
  agent_id: string;
  version_id: string | null;
}

export interface ProducersTable {
  org_id: string;
  id: string;
  host: string | null;
  pid: number | null;
  runtime: string | null;
  sdk: string | null;
  capabilities: ColumnType<unknown, string | undefined, string>;
  last_seen_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  batch_floor: Generated<number>;
  bundle_versions: ColumnType<unknown, string | undefined, string>;
  dropped: ColumnType<unknown, string | undefined, string>;
  self: ColumnType<unknown, string | undefined, string>;
  skew_ms: number | null;
  redacted_by_server: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface RateLimitWindowsTable {
  bucket: string;
  window_start: ColumnType<string, Date | string, Date | string>;
  hits: Generated<number>;
}

export interface RecurringJobsTable {
  name: string;
  next_at: ColumnType<string, Date | string, Date | string>;
}

export interface Rollup1hTable {
  org_id: string;
  day: ColumnType<string, Date | string, Date | string>;
  t: ColumnType<string, Date | string, Date | string>;
  agent_id: string | null;
  version_id: string | null;
  dim: string;
  dim_value: string;
  n: number;
  errors: Generated<number>;
  blocked: Generated<number>;
  retries: Generated<number>;
  tokens_input: Generated<number>;
  tokens_cache_read: Generated<number>;
  tokens_cache_write: Generated<number>;
  tokens_output: Generated<number>;
  tokens_reasoning: Generated<number>;
  cost_usd: ColumnType<number, number | string | undefined, number | string>;
  unpriced_tokens: Generated<number>;
  dur_sum_us: Generated<number>;
  dur_hist: ColumnType<unknown | null, string | null, string | null>;
  ttft_hist: ColumnType<unknown | null, string | null, string | null>;
  score_sum: Generated<number>;
  score_n: Generated<number>;
}

export interface Rollup1mTable {
  org_id: string;
  day: ColumnType<string, Date | string, Date | string>;
  t: ColumnType<string, Date | string, Date | string>;
  agent_id: string | null;
  version_id: string | null;
  dim: string;
  dim_value: string;
  n: number;
  errors: Generated<number>;
  blocked: Generated<number>;
  retries: Generated<number>;
  tokens_input: Generated<number>;
  tokens_cache_read: Generated<number>;
  tokens_cache_write: Generated<number>;
  tokens_output: Generated<number>;
  tokens_reasoning: Generated<number>;
  cost_usd: ColumnType<number, number | string | undefined, number | string>;
  unpriced_tokens: Generated<number>;
  dur_sum_us: Generated<number>;
  dur_hist: ColumnType<unknown | null, string | null, string | null>;
  ttft_hist: ColumnType<unknown | null, string | null, string | null>;
  score_sum: Generated<number>;
  score_n: Generated<number>;
}

export interface RunEventsTable {
  org_id: string;
  day: ColumnType<string, Date | string, Date | string>;
  run_id: string;
  seq: number;
  t: string;
  key: string | null;
  ts: ColumnType<string, Date | string, Date | string>;
  body: ColumnType<unknown, string, string>;
}

export interface RunsTable {
  org_id: string;
  day: ColumnType<string, Date | string, Date | string>;
  id: string;
  agent_id: string | null;
  version_id: string | null;
  producer_id: string | null;
  root_run_id: string;
  parent_run_id: string | null;
  parent_step_key: string | null;
  parent_verified: boolean | null;
  trace_id: string | null;
  task_id: string | null;
  board_id: string | null;
  source: Generated<string>;
  user_ref: string | null;
  session: string | null;
  name: string | null;
  entrypoint: string | null;
  status: Generated<string>;
  status_seq: Generated<number>;
  outcome: string | null;
  error_type: string | null;
  error_message: string | null;
  started_at: ColumnType<string, Date | string, Date | string>;
  ended_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  last_event_at: ColumnType<string, Date | string, Date | string>;
  dur_us: number | null;
  tokens_input: Generated<number>;
  tokens_cache_read: Generated<number>;
  tokens_cache_write: Generated<number>;
  tokens_output: Generated<number>;
  tokens_reasoning: Generated<number>;
  cost_usd: ColumnType<number | null, number | string | null, number | string | null>;
  unpriced_tokens: Generated<number>;
  steps: Generated<number>;
  llm_calls: Generated<number>;
  tool_calls: Generated<number>;
  errors: Generated<number>;
  blocked: Generated<number>;
  retries: Generated<number>;
  violations: Generated<number>;
  max_seq: Generated<number>;
  current_step: string | null;
  confidence: number | null;
  score: number | null;
  sampled: boolean | null;
  gap: Generated<boolean>;
  truncated: Generated<boolean>;
  expected_steps: number | null;
  in_payload: ColumnType<unknown | null, string | null, string | null>;
  out_payload: ColumnType<unknown | null, string | null, string | null>;
  config: ColumnType<unknown | null, string | null, string | null>;
  tags: ColumnType<unknown | null, string | null, string | null>;
  replay_id: string | null;
  replay_of: string | null;
  pinned: Generated<boolean>;
}

export interface SchemaMigrationsTable {
  name: string;
  checksum: string;
  landed_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface ServiceKeysTable {
  id: string;
  org_id: string;
  name: string;
  prefix: string;
  token_hash: Buffer;
  scopes: string[];
  agent_slugs: Generated<string[]>;
  created_by_user_id: string | null;
  expires_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  last_used_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  last_used_ip: string | null;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface StepsTable {
  org_id: string;
  day: ColumnType<string, Date | string, Date | string>;
  run_id: string;
  seq: number;
  phase: number;
  key: string;
  parent_key: string | null;
  attempt: Generated<number>;
  kind: string;
  name: string;
  agent_id: string | null;
  version_id: string | null;
  status: string;
  started_at: ColumnType<string, Date | string, Date | string>;
  dur_us: number | null;
  wait_us: number | null;
  ttft_us: number | null;
  model: string | null;
  provider: string | null;
  prompt_bucket: number | null;
  tokens_input: number | null;
  tokens_cache_read: number | null;
  tokens_cache_write: number | null;
  tokens_output: number | null;
  tokens_reasoning: number | null;
  cost_usd: ColumnType<number | null, number | string | null, number | string | null>;
  finish: string | null;
  side_effect: string | null;
  args_hash: string | null;
  idem: string | null;
  error_type: string | null;
  error_message: string | null;
  error_stack: string | null;
  in_payload: ColumnType<unknown | null, string | null, string | null>;
  out_payload: ColumnType<unknown | null, string | null, string | null>;
  decision_id: string | null;
  ckpt: ColumnType<unknown | null, string | null, string | null>;
  data_read: string[] | null;
  data_write: string[] | null;
}

export interface TelemetryBatchesTable {
  org_id: string;
  producer_id: string;
  batch: number;
  response: ColumnType<unknown, string, string>;
  committed_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface TelemetrySettingsTable {
  org_id: string;
  settings: ColumnType<unknown, string, string>;
  version: Generated<number>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface UserSessionsTable {
  id: string;
  user_id: string;
  token_hash: Buffer;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  last_seen_at: ColumnType<string, Date | string | undefined, Date | string>;
  expires_at: ColumnType<string, Date | string, Date | string>;
}

export interface UsersTable {
  id: string;
  clerk_user_id: string;
  email: string | null;
  email_verified: Generated<boolean>;
  name: string | null;
  preferred_name: string | null;
  pronouns: string | null;
  timezone: string | null;
  notes: string | null;
  context: string | null;
  is_super_admin: Generated<boolean>;
  active_organization_id: string | null;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface ViolationsTable {
  org_id: string;
  id: string;
  agent_id: string;
  version_id: string | null;
  run_id: string | null;
  seq: number | null;
  step_key: string | null;
  tool: string | null;
  code: string;
  rule_ref: string | null;
  mode: string;
  verdict: string;
  enforcement: string;
  severity: Generated<string>;
  args_view: ColumnType<unknown | null, string | null, string | null>;
  args_hash: string | null;
  matched: ColumnType<unknown, string | undefined, string>;
  explanation: string;
  bundle: number | null;
  degraded: Generated<boolean>;
  ts: ColumnType<string, Date | string, Date | string>;
  state: Generated<string>;
  note: string | null;
  state_by: ColumnType<unknown | null, string | null, string | null>;
  state_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

/** Every table by its name. */
export interface Tables {
  agent_health: AgentHealthTable;
  agent_holds: AgentHoldsTable;
  agent_parents: AgentParentsTable;
  agent_tokens: AgentTokensTable;
  agent_versions: AgentVersionsTable;
  agents: AgentsTable;
  blob_refs: BlobRefsTable;
  blobs: BlobsTable;
  decisions: DecisionsTable;
  events: EventsTable;
  organization_members: OrganizationMembersTable;
  organizations: OrganizationsTable;
  producer_agents: ProducerAgentsTable;
  producers: ProducersTable;
  rate_limit_windows: RateLimitWindowsTable;
  recurring_jobs: RecurringJobsTable;
  rollup_1h: Rollup1hTable;
  rollup_1m: Rollup1mTable;
  run_events: RunEventsTable;
  runs: RunsTable;
  schema_migrations: SchemaMigrationsTable;
  service_keys: ServiceKeysTable;
  steps: StepsTable;
  telemetry_batches: TelemetryBatchesTable;
  telemetry_settings: TelemetrySettingsTable;
  user_sessions: UserSessionsTable;
  users: UsersTable;
  violations: ViolationsTable;
}
