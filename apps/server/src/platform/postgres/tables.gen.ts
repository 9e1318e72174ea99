// Generated from the migrated database by `npm run generate`; do not edit.
import type { ColumnType, Generated } from 'kysely';

export interface AccessTokensTable {
  id: string;
  org_id: string;
  user_id: string;
  name: string;
  scopes: string[];
  prefix: string;
  token_hash: Buffer;
  expires_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  last_used_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  revoked_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface ActivityEventsTable {
  id: string;
  org_id: string;
  event_type: string;
  message: string | null;
  agent_id: string | null;
  user_id: string | null;
  actor: ColumnType<unknown, string, string>;
  board_id: string | null;
  task_id: string | null;
  data: ColumnType<unknown | null, string | null, string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface AgentFilesTable {
  id: string;
  org_id: string;
  agent_id: string;
  name: string;
  version_no: number;
  content: string;
  content_hash: string;
  gateway_hash: string | null;
  written_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  found: Generated<boolean>;
  decision: string | null;
}

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
  slot: string | null;
  file_hash: Buffer | null;
  activated_at: ColumnType<string | null, Date | string | null, Date | string | null>;
}

export interface AgentToolOverridesTable {
  org_id: string;
  agent_id: string;
  tool: string;
  side_effect: string | null;
  data: ColumnType<unknown | null, string | null, string | null>;
  is_denied: Generated<boolean>;
  reason: string;
  schema_hash: string | null;
  set_by: ColumnType<unknown, string, string>;
  set_at: ColumnType<string, Date | string, Date | string>;
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
  deploy_target_id: string | null;
  target_ref: string | null;
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
  board_id: string | null;
  gateway_id: string | null;
  openclaw_session_id: string | null;
  gateway_agent_id: string | null;
  adopted: Generated<boolean>;
  managed: Generated<boolean>;
  heartbeat_config: ColumnType<unknown | null, string | null, string | null>;
  identity_profile: ColumnType<unknown | null, string | null, string | null>;
  identity_template: string | null;
  soul_template: string | null;
  is_board_lead: Generated<boolean | null>;
  provision_action: string | null;
  provision_requested_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  lifecycle_state: Generated<string>;
  lifecycle_generation: Generated<number>;
  wake_attempts: Generated<number>;
  last_wake_sent_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  checkin_deadline_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  transition_deadline_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  next_retry_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  last_error: ColumnType<unknown | null, string | null, string | null>;
  workspace_path: string | null;
  credential_mode: string | null;
  hard_paused_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  permission_mode: string | null;
  role_soul: ColumnType<unknown | null, string | null, string | null>;
  deploy_target_id: string | null;
  auto_rollback: Generated<boolean>;
  drain_deadline_at: ColumnType<string | null, Date | string | null, Date | string | null>;
}

export interface AnomaliesTable {
  id: string;
  org_id: string;
  agent_id: string;
  version_id: string | null;
  detector: string;
  metric: string;
  scope: string;
  severity: string;
  state: Generated<string>;
  opened_at: ColumnType<string, Date | string, Date | string>;
  began_at: ColumnType<string, Date | string, Date | string>;
  last_seen_at: ColumnType<string, Date | string, Date | string>;
  closed_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  observed: number;
  expected_low: number | null;
  expected_high: number | null;
  z: number | null;
  n: number;
  baseline_level: string;
  cause: ColumnType<unknown | null, string | null, string | null>;
  affected_agent_ids: Generated<string[]>;
  root_anomaly_id: string | null;
  example_run_ids: Generated<string[]>;
  explanation: string;
  feedback: string | null;
  note: string | null;
  mute_until: ColumnType<string | null, Date | string | null, Date | string | null>;
  reaction: ColumnType<unknown | null, string | null, string | null>;
}

export interface ApprovalDecisionsTable {
  id: string;
  org_id: string;
  approval_id: string;
  user_id: string | null;
  delegated_by_user_id: string | null;
  board_group_id: string | null;
  decision: string;
  comment: string | null;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  allows_like: Generated<boolean>;
}

export interface ApprovalDelegationsTable {
  id: string;
  org_id: string;
  from_user_id: string;
  to_user_id: string;
  group_ids: Generated<string[]>;
  from_at: ColumnType<string, Date | string, Date | string>;
  until: ColumnType<string, Date | string, Date | string>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface ApprovalTaskLinksTable {
  id: string;
  org_id: string;
  approval_id: string;
  task_id: string;
  task_cycle: number;
  position: number;
  pending: Generated<boolean>;
  consumed_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface ApprovalsTable {
  id: string;
  org_id: string;
  kind: Generated<string>;
  board_id: string | null;
  task_id: string | null;
  agent_id: string | null;
  requested_by_kind: string;
  requested_by_user_id: string | null;
  action_type: string;
  payload: ColumnType<unknown | null, string | null, string | null>;
  args: ColumnType<unknown | null, string | null, string | null>;
  args_hash: string;
  confidence: number;
  rubric_scores: ColumnType<unknown | null, string | null, string | null>;
  status: Generated<string>;
  resolution: string | null;
  required_approvals: Generated<number>;
  eligible_group_ids: Generated<string[]>;
  expires_at: ColumnType<string, Date | string, Date | string>;
  resolved_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  consumed_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  consumed_by: ColumnType<unknown | null, string | null, string | null>;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
  external_ref: string | null;
  run_id: string | null;
  tool: string | null;
  reminded_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  producer_id: string | null;
  step_key: string | null;
  rules: Generated<string[]>;
  asked_roles: Generated<string[]>;
  asked_user_ids: Generated<string[]>;
  asked_group_ids: Generated<string[]>;
  asked_places: number | null;
  exclude_owner: Generated<boolean>;
  on_timeout: Generated<string>;
  escalate_to: ColumnType<unknown, string | undefined, string>;
  escalation_level: Generated<number>;
  risk_score: number | null;
  risk_factors: ColumnType<unknown | null, string | null, string | null>;
}

export interface AuditTable {
  org_id: string;
  seq: number;
  id: string;
  event_tx: string;
  event_id: number;
  action: string;
  record: ColumnType<unknown, string, string>;
  canonical: string;
  prev_hash: string;
  hash: string;
  occurred_at: ColumnType<string, Date | string, Date | string>;
}

export interface AuditHeadsTable {
  org_id: string;
  seq: number;
  hash: string;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
  signed_seq: Generated<number>;
  signed_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  signed_head: ColumnType<unknown | null, string | null, string | null>;
}

export interface AuditSealerTable {
  id: number;
  tx: string;
  event_id: number;
}

export interface BacktestsTable {
  id: string;
  org_id: string;
  job_id: string | null;
  policy_id: string | null;
  policy_version: number | null;
  policy_name: string;
  source: string;
  from_at: ColumnType<string, Date | string, Date | string>;
  to_at: ColumnType<string, Date | string, Date | string>;
  agent_ids: string[] | null;
  state: Generated<string>;
  calls_done: Generated<number>;
  calls_total: number | null;
  report: ColumnType<unknown | null, string | null, string | null>;
  rows: ColumnType<unknown, string | undefined, string>;
  error: ColumnType<unknown | null, string | null, string | null>;
  created_by: ColumnType<unknown, string, string>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  ended_at: ColumnType<string | null, Date | string | null, Date | string | null>;
}

export interface BaselineProgressTable {
  id: Generated<boolean>;
  learned_until: ColumnType<string, Date | string, Date | string>;
}

export interface BaselinesTable {
  org_id: string;
  agent_id: string;
  cell: string;
  sums: ColumnType<unknown, string, string>;
  day: ColumnType<string, Date | string, Date | string>;
  version_id: string | null;
  flows: Generated<string[]>;
  updated_at: ColumnType<string, Date | string, Date | string>;
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

export interface BoardGroupMemoryTable {
  id: string;
  org_id: string;
  board_group_id: string;
  content: string;
  tags: string[] | null;
  is_chat: Generated<boolean>;
  source: string | null;
  user_id: string | null;
  agent_id: string | null;
  edited_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  search: Generated<string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface BoardGroupsTable {
  id: string;
  org_id: string;
  name: string;
  slug: string;
  description: string | null;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface BoardMemoryTable {
  id: string;
  org_id: string;
  board_id: string;
  content: string;
  tags: string[] | null;
  is_chat: Generated<boolean>;
  source: string | null;
  user_id: string | null;
  agent_id: string | null;
  edited_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  search: Generated<string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface BoardOnboardingSessionsTable {
  id: string;
  org_id: string;
  board_id: string;
  session_key: string;
  status: Generated<string>;
  messages: ColumnType<unknown, string | undefined, string>;
  draft_goal: ColumnType<unknown | null, string | null, string | null>;
  dispatch_state: Generated<string>;
  last_error: ColumnType<unknown | null, string | null, string | null>;
  next_retry_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface BoardTaskCustomFieldsTable {
  id: string;
  org_id: string;
  board_id: string;
  task_custom_field_definition_id: string;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface BoardWebhookPayloadsTable {
  id: string;
  org_id: string;
  board_id: string;
  webhook_id: string;
  payload: ColumnType<unknown | null, string | null, string | null>;
  headers: ColumnType<unknown | null, string | null, string | null>;
  source_ip: string | null;
  content_type: string | null;
  idempotency_key: string | null;
  received_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface BoardWebhooksTable {
  id: string;
  org_id: string;
  board_id: string;
  agent_id: string | null;
  description: string;
  enabled: Generated<boolean>;
  secret_enc: Buffer | null;
  previous_secret_enc: Buffer | null;
  previous_secret_valid_until: ColumnType<string | null, Date | string | null, Date | string | null>;
  signature_header: string | null;
  last_received_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface BoardsTable {
  id: string;
  org_id: string;
  name: string;
  slug: string;
  description: Generated<string>;
  gateway_id: string | null;
  board_group_id: string | null;
  board_type: Generated<string>;
  objective: string | null;
  success_metrics: ColumnType<unknown | null, string | null, string | null>;
  target_date: ColumnType<string | null, Date | string | null, Date | string | null>;
  goal_confirmed: Generated<boolean>;
  goal_source: string | null;
  require_approval_for_done: Generated<boolean>;
  require_review_before_done: Generated<boolean>;
  comment_required_for_review: Generated<boolean>;
  block_status_changes_with_pending_approval: Generated<boolean>;
  only_lead_can_change_status: Generated<boolean>;
  max_agents: Generated<number>;
  paused_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface BreakerBucketsTable {
  org_id: string;
  agent_id: string;
  t: ColumnType<string, Date | string, Date | string>;
  version_id: string | null;
  tool: string;
  n: number;
  errors: number;
  violations: number;
  dur_hist: ColumnType<unknown | null, string | null, string | null>;
}

export interface BreakerProbesTable {
  org_id: string;
  breaker_id: string;
  run_id: string;
  granted_at: ColumnType<string, Date | string, Date | string>;
  outcome: string | null;
}

export interface BreakersTable {
  id: string;
  org_id: string;
  agent_id: string;
  key: string;
  rule_key: string;
  rule_ref: string;
  rule: ColumnType<unknown, string, string>;
  mode: string;
  version_id: string | null;
  tool: string | null;
  state: Generated<string>;
  effect: Generated<string>;
  held_by: ColumnType<unknown | null, string | null, string | null>;
  reason: string | null;
  value: number | null;
  calls: number | null;
  open_count: Generated<number>;
  opened_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  half_opened_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  closed_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  retry_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  counts_from: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface CommandsTable {
  id: string;
  org_id: string;
  producer_id: string;
  seq: ColumnType<number, never, never>;
  type: string;
  body: ColumnType<unknown, string, string>;
  created_at: ColumnType<string, Date | string, Date | string>;
  expires_at: ColumnType<string, Date | string, Date | string>;
  acked_at: ColumnType<string | null, Date | string | null, Date | string | null>;
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

export interface DeployTargetsTable {
  id: string;
  org_id: string;
  name: string;
  kind: string;
  config: ColumnType<unknown, string, string>;
  secret_enc: Buffer | null;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface DeploymentsTable {
  id: string;
  org_id: string;
  agent_id: string;
  from_version_id: string | null;
  to_version_id: string;
  kind: string;
  reason: string;
  actor: ColumnType<unknown, string, string>;
  status: string;
  target_id: string | null;
  target_name: string | null;
  attempts: ColumnType<unknown, string | undefined, string>;
  error: ColumnType<unknown | null, string | null, string | null>;
  accepted_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  ended_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  watch: ColumnType<unknown | null, string | null, string | null>;
  watch_until: ColumnType<string | null, Date | string | null, Date | string | null>;
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
  activity: ColumnType<unknown | null, string | null, string | null>;
  request: ColumnType<unknown | null, string | null, string | null>;
}

export interface GatewayCleanupsTable {
  id: string;
  org_id: string | null;
  gateway_url: string;
  gateway_token_enc: Buffer | null;
  flags: ColumnType<unknown, string | undefined, string>;
  gateway_agent_id: string | null;
  session_key: string | null;
  workspace_path: string | null;
  reason: string;
  attempts: Generated<number>;
  next_retry_at: ColumnType<string | null, Date | string | null | undefined, Date | string | null>;
  last_error: ColumnType<unknown | null, string | null, string | null>;
  done_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface GatewayDeviceTokensTable {
  id: string;
  org_id: string;
  gateway_id: string;
  token_enc: Buffer;
  scopes: string[];
  issued_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface GatewayDevicesTable {
  id: string;
  org_id: string;
  device_id: string;
  public_key: string;
  private_key_enc: Buffer;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface GatewayFollowsTable {
  gateway_id: string;
  org_id: string;
  followed_until: ColumnType<string, Date | string, Date | string>;
  boot_id: string | null;
}

export interface GatewayInstalledSkillsTable {
  id: string;
  org_id: string;
  gateway_id: string;
  skill_id: string;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface GatewayLeasesTable {
  gateway_id: string;
  purpose: string;
  holder: string;
  held_until: ColumnType<string, Date | string, Date | string>;
}

export interface GatewayRunsTable {
  gateway_id: string;
  external_run_id: string;
  org_id: string;
  run_id: string;
  day: ColumnType<string, Date | string, Date | string>;
}

export interface GatewaySessionCursorsTable {
  gateway_id: string;
  session_key: string;
  org_id: string;
  cursor: string;
  updated_at: ColumnType<string, Date | string, Date | string>;
}

export interface GatewaysTable {
  id: string;
  org_id: string;
  name: string;
  url: string;
  token_enc: Buffer | null;
  workspace_root: string;
  disable_device_pairing: Generated<boolean>;
  allow_insecure_tls: Generated<boolean>;
  credential_delivery: Generated<string>;
  status: Generated<string>;
  server_version: string | null;
  protocol: number | null;
  last_connected_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  last_error: ColumnType<unknown | null, string | null, string | null>;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
  boot_id: string | null;
}

export interface GovernanceSettingsTable {
  org_id: string;
  settings: ColumnType<unknown, string, string>;
  version: Generated<number>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface GrantsTable {
  id: string;
  org_id: string;
  approval_id: string;
  agent_id: string;
  producer_id: string;
  run_id: string;
  step_key: string;
  args_hash: string;
  uses_left: number;
  expires_at: ColumnType<string, Date | string, Date | string>;
  created_at: ColumnType<string, Date | string, Date | string>;
  used_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  pins: ColumnType<unknown | null, string | null, string | null>;
}

export interface GraphEdgesTable {
  org_id: string;
  from_agent_id: string;
  to_agent_id: string;
  declared_by: ColumnType<unknown | null, string | null, string | null>;
  declared_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  note: string | null;
  first_seen_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  last_seen_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  base_attempts: number | null;
  base_p95_ms: number | null;
}

export interface IdempotencyKeysTable {
  actor: string;
  path: string;
  key: string;
  org_id: string | null;
  body_hash: Buffer;
  status: number | null;
  headers: ColumnType<unknown | null, string | null, string | null>;
  answer: string | null;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  expires_at: ColumnType<string, Date | string, Date | string>;
}

export interface KillsTable {
  id: string;
  org_id: string;
  scope_kind: string;
  scope_id: string | null;
  scope_name: string;
  abort: boolean;
  reason: string;
  set_by: ColumnType<unknown, string, string>;
  set_at: ColumnType<string, Date | string, Date | string>;
  released_percent: Generated<number>;
  released_by: ColumnType<unknown | null, string | null, string | null>;
  released_at: ColumnType<string | null, Date | string | null, Date | string | null>;
}

export interface LeaseLedgerTable {
  org_id: string;
  id: ColumnType<number, never, never>;
  lease_id: string | null;
  keys: string[];
  reserved: number;
  committed: number;
  reason: string;
  at: ColumnType<string, Date | string, Date | string>;
}

export interface LeaseScopesTable {
  org_id: string;
  key: string;
  cap: number;
  lifted: Generated<number>;
  committed: Generated<number>;
  reserved: Generated<number>;
  warn_at: number | null;
  warned_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  updated_at: ColumnType<string, Date | string, Date | string>;
}

export interface LeasesTable {
  org_id: string;
  id: string;
  kind: string;
  state: string;
  agent_id: string;
  producer_id: string;
  run_id: string;
  keys: string[];
  amount: Generated<number>;
  used: Generated<number>;
  overrun: Generated<boolean>;
  blocked_by: string | null;
  created_at: ColumnType<string, Date | string, Date | string>;
  expires_at: ColumnType<string, Date | string, Date | string>;
  ended_at: ColumnType<string | null, Date | string | null, Date | string | null>;
}

export interface MarketplaceSkillsTable {
  id: string;
  org_id: string;
  name: string;
  description: string | null;
  category: string | null;
  risk: string | null;
  source: string | null;
  source_url: string;
  metadata: ColumnType<unknown, string | undefined, string>;
  pack_id: string | null;
  stale: Generated<boolean>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface OrganizationBoardAccessTable {
  id: string;
  org_id: string;
  organization_member_id: string;
  board_id: string;
  can_read: Generated<boolean>;
  can_write: Generated<boolean>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface OrganizationInviteBoardAccessTable {
  id: string;
  org_id: string;
  organization_invite_id: string;
  board_id: string;
  can_read: Generated<boolean>;
  can_write: Generated<boolean>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface OrganizationInvitesTable {
  id: string;
  org_id: string;
  invited_email: string;
  token_hash: Buffer;
  role: Generated<string>;
  all_boards_read: Generated<boolean>;
  all_boards_write: Generated<boolean>;
  expires_at: ColumnType<string, Date | string, Date | string>;
  created_by_user_id: string | null;
  accepted_by_user_id: string | null;
  accepted_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
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

export interface OtlpSpansTable {
  org_id: string;
  day: ColumnType<string, Date | string, Date | string>;
  trace_id: string;
  settle: number;
  producer_id: string;
  part: string;
}

export interface OtlpTracesTable {
  org_id: string;
  trace_id: string;
  run_id: string;
  root_ended: boolean;
  settles: Generated<number>;
  pending_batch: number | null;
  due_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  last_span_at: ColumnType<string, Date | string, Date | string>;
}

export interface OutboundDispatcherTable {
  id: number;
  tx: string;
  event_id: number;
}

export interface OutboundWebhooksTable {
  id: string;
  org_id: string;
  name: string;
  url: string;
  secret_enc: Buffer;
  event_types: string[];
  board_ids: string[] | null;
  enabled: Generated<boolean>;
  active_since: ColumnType<string, Date | string | undefined, Date | string>;
  failures: Generated<number>;
  paused_reason: string | null;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface PoliciesTable {
  id: string;
  org_id: string;
  name: string;
  latest_version: Generated<number>;
  activation_id: string | null;
  archived_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_by: ColumnType<unknown, string, string>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface PolicyActivationsTable {
  id: string;
  org_id: string;
  policy_id: string;
  number: number;
  version: number;
  kind: string;
  mode: string;
  scope_keys: string[];
  exclude_keys: Generated<string[]>;
  ir: ColumnType<unknown, string, string>;
  rule_count: number;
  acknowledged: Generated<boolean>;
  reason: string | null;
  by: ColumnType<unknown, string, string>;
  at: ColumnType<string, Date | string | undefined, Date | string>;
  has_breaker: Generated<boolean>;
}

export interface PolicyExceptionsTable {
  id: string;
  org_id: string;
  policy_id: string;
  rule: string;
  agent_id: string;
  reason: string;
  approved_by: ColumnType<unknown, string, string>;
  until: ColumnType<string, Date | string, Date | string>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface PolicyVersionsTable {
  org_id: string;
  policy_id: string;
  version: number;
  hash: string;
  source: string;
  note: string | null;
  author: ColumnType<unknown, string, string>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
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
  command_key_enc: Buffer | null;
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

export interface RollupSpansTable {
  org_id: string;
  grain: string;
  t: ColumnType<string, Date | string, Date | string>;
  counted: number;
}

export interface RollupSumsTable {
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
  grain: string;
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

export interface RunTombstonesTable {
  org_id: string;
  run_id: string;
  day: ColumnType<string, Date | string, Date | string>;
  trace_id: string | null;
  deleted_by: ColumnType<unknown, string, string>;
  deleted_at: ColumnType<string, Date | string, Date | string>;
  erased_at: ColumnType<string | null, Date | string | null, Date | string | null>;
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

export interface SkillPacksTable {
  id: string;
  org_id: string;
  name: string;
  description: string | null;
  source_url: string;
  branch: Generated<string>;
  metadata: ColumnType<unknown, string | undefined, string>;
  last_synced_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  last_error: ColumnType<unknown | null, string | null, string | null>;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
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
  cost_source: string | null;
}

export interface TagAssignmentsTable {
  id: string;
  org_id: string;
  task_id: string;
  tag_id: string;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface TagsTable {
  id: string;
  org_id: string;
  name: string;
  slug: string;
  color: Generated<string>;
  description: string | null;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface TaskCommentsTable {
  id: string;
  org_id: string;
  board_id: string;
  task_id: string;
  message: string;
  user_id: string | null;
  agent_id: string | null;
  edited_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface TaskCustomFieldDefinitionsTable {
  id: string;
  org_id: string;
  field_key: string;
  label: string;
  field_type: Generated<string>;
  ui_visibility: Generated<string>;
  validation_regex: string | null;
  description: string | null;
  required: Generated<boolean>;
  default_value: ColumnType<unknown | null, string | null, string | null>;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface TaskCustomFieldValuesTable {
  id: string;
  org_id: string;
  task_id: string;
  task_custom_field_definition_id: string;
  value: ColumnType<unknown, string, string>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface TaskDependenciesTable {
  id: string;
  org_id: string;
  board_id: string;
  task_id: string;
  depends_on_task_id: string;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface TaskStatusChangesTable {
  id: string;
  org_id: string;
  board_id: string;
  task_id: string;
  cycle: number;
  from_status: string | null;
  to_status: string;
  actor_kind: string;
  actor_id: string | null;
  at: ColumnType<string, Date | string, Date | string>;
  began_at: ColumnType<string | null, Date | string | null, Date | string | null>;
}

export interface TasksTable {
  id: string;
  org_id: string;
  board_id: string;
  title: string;
  description: string | null;
  status: Generated<string>;
  priority: Generated<string>;
  due_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  position: string;
  cycle: Generated<number>;
  in_progress_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  previous_in_progress_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_by_user_id: string | null;
  created_by_agent_id: string | null;
  assigned_agent_id: string | null;
  lease_id: string | null;
  lease_fence: Generated<number>;
  lease_expires_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  auto_created: Generated<boolean>;
  auto_reason: string | null;
  due_soon_for: ColumnType<string | null, Date | string | null, Date | string | null>;
  overdue_for: ColumnType<string | null, Date | string | null, Date | string | null>;
  search: Generated<string | null>;
  version: Generated<number>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
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
  access_token_id: string | null;
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
  line: number | null;
  assignee_user_id: string | null;
  risk_score: number | null;
  risk_factors: ColumnType<unknown | null, string | null, string | null>;
  approval_id: string | null;
  history_hash: string | null;
  context: ColumnType<unknown | null, string | null, string | null>;
}

export interface WebhookDeliveriesTable {
  id: string;
  org_id: string;
  webhook_id: string | null;
  outbound_webhook_id: string | null;
  payload_id: string | null;
  event_id: string | null;
  event_type: string | null;
  body: ColumnType<unknown | null, string | null, string | null>;
  target: string;
  job_id: string | null;
  state: Generated<string>;
  attempts: Generated<number>;
  delivered_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
}

export interface WorkJobsTable {
  id: string;
  org_id: string;
  kind: string;
  state: Generated<string>;
  subject: ColumnType<unknown | null, string | null, string | null>;
  board_id: string | null;
  payload: ColumnType<unknown, string, string>;
  queue: string | null;
  waits_for: string | null;
  progress: ColumnType<unknown | null, string | null, string | null>;
  steps: ColumnType<unknown | null, string | null, string | null>;
  result: ColumnType<unknown | null, string | null, string | null>;
  error: ColumnType<unknown | null, string | null, string | null>;
  attempts: Generated<number>;
  max_attempts: Generated<number>;
  next_retry_at: ColumnType<string | null, Date | string | null, Date | string | null>;
  leased_until: ColumnType<string | null, Date | string | null, Date | string | null>;
  created_at: ColumnType<string, Date | string | undefined, Date | string>;
  updated_at: ColumnType<string, Date | string | undefined, Date | string>;
  lane: string | null;
  lane_place: number | null;
}

/** Every table by its name. */
export interface Tables {
  access_tokens: AccessTokensTable;
  activity_events: ActivityEventsTable;
  agent_files: AgentFilesTable;
  agent_health: AgentHealthTable;
  agent_holds: AgentHoldsTable;
  agent_parents: AgentParentsTable;
  agent_tokens: AgentTokensTable;
  agent_tool_overrides: AgentToolOverridesTable;
  agent_versions: AgentVersionsTable;
  agents: AgentsTable;
  anomalies: AnomaliesTable;
  approval_decisions: ApprovalDecisionsTable;
  approval_delegations: ApprovalDelegationsTable;
  approval_task_links: ApprovalTaskLinksTable;
  approvals: ApprovalsTable;
  audit: AuditTable;
  audit_heads: AuditHeadsTable;
  audit_sealer: AuditSealerTable;
  backtests: BacktestsTable;
  baseline_progress: BaselineProgressTable;
  baselines: BaselinesTable;
  blob_refs: BlobRefsTable;
  blobs: BlobsTable;
  board_group_memory: BoardGroupMemoryTable;
  board_groups: BoardGroupsTable;
  board_memory: BoardMemoryTable;
  board_onboarding_sessions: BoardOnboardingSessionsTable;
  board_task_custom_fields: BoardTaskCustomFieldsTable;
  board_webhook_payloads: BoardWebhookPayloadsTable;
  board_webhooks: BoardWebhooksTable;
  boards: BoardsTable;
  breaker_buckets: BreakerBucketsTable;
  breaker_probes: BreakerProbesTable;
  breakers: BreakersTable;
  commands: CommandsTable;
  decisions: DecisionsTable;
  deploy_targets: DeployTargetsTable;
  deployments: DeploymentsTable;
  events: EventsTable;
  gateway_cleanups: GatewayCleanupsTable;
  gateway_device_tokens: GatewayDeviceTokensTable;
  gateway_devices: GatewayDevicesTable;
  gateway_follows: GatewayFollowsTable;
  gateway_installed_skills: GatewayInstalledSkillsTable;
  gateway_leases: GatewayLeasesTable;
  gateway_runs: GatewayRunsTable;
  gateway_session_cursors: GatewaySessionCursorsTable;
  gateways: GatewaysTable;
  governance_settings: GovernanceSettingsTable;
  grants: GrantsTable;
  graph_edges: GraphEdgesTable;
  idempotency_keys: IdempotencyKeysTable;
  kills: KillsTable;
  lease_ledger: LeaseLedgerTable;
  lease_scopes: LeaseScopesTable;
  leases: LeasesTable;
  marketplace_skills: MarketplaceSkillsTable;
  organization_board_access: OrganizationBoardAccessTable;
  organization_invite_board_access: OrganizationInviteBoardAccessTable;
  organization_invites: OrganizationInvitesTable;
  organization_members: OrganizationMembersTable;
  organizations: OrganizationsTable;
  otlp_spans: OtlpSpansTable;
  otlp_traces: OtlpTracesTable;
  outbound_dispatcher: OutboundDispatcherTable;
  outbound_webhooks: OutboundWebhooksTable;
  policies: PoliciesTable;
  policy_activations: PolicyActivationsTable;
  policy_exceptions: PolicyExceptionsTable;
  policy_versions: PolicyVersionsTable;
  producer_agents: ProducerAgentsTable;
  producers: ProducersTable;
  rate_limit_windows: RateLimitWindowsTable;
  recurring_jobs: RecurringJobsTable;
  rollup_1h: Rollup1hTable;
  rollup_1m: Rollup1mTable;
  rollup_spans: RollupSpansTable;
  rollup_sums: RollupSumsTable;
  run_events: RunEventsTable;
  run_tombstones: RunTombstonesTable;
  runs: RunsTable;
  schema_migrations: SchemaMigrationsTable;
  service_keys: ServiceKeysTable;
  skill_packs: SkillPacksTable;
  steps: StepsTable;
  tag_assignments: TagAssignmentsTable;
  tags: TagsTable;
  task_comments: TaskCommentsTable;
  task_custom_field_definitions: TaskCustomFieldDefinitionsTable;
  task_custom_field_values: TaskCustomFieldValuesTable;
  task_dependencies: TaskDependenciesTable;
  task_status_changes: TaskStatusChangesTable;
  tasks: TasksTable;
  telemetry_batches: TelemetryBatchesTable;
  telemetry_settings: TelemetrySettingsTable;
  user_sessions: UserSessionsTable;
  users: UsersTable;
  violations: ViolationsTable;
  webhook_deliveries: WebhookDeliveriesTable;
  work_jobs: WorkJobsTable;
}
