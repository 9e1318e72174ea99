/** The tables that an archive holds, in the order of their parts: what people and agents of the work half made. */
export const EXPORTED_TABLES: readonly string[] = [
  ...['organization_members', 'organization_board_access', 'organization_invites', 'organization_invite_board_access'],
  ...['access_tokens', 'service_keys', 'gateways', 'agents', 'agent_parents', 'agent_versions', 'agent_files'],
  ...[
    'agent_holds',
    'agent_tool_overrides',
    'board_groups',
    'board_group_memory',
    'boards',
    'board_memory',
    'board_onboarding_sessions',
  ],
  ...['tags', 'task_custom_field_definitions', 'board_task_custom_fields', 'tasks', 'tag_assignments'],
  ...['task_custom_field_values', 'task_dependencies', 'task_status_changes', 'task_comments', 'approvals'],
  ...['approval_task_links', 'approval_decisions', 'approval_delegations', 'skill_packs', 'marketplace_skills'],
  ...['policies', 'policy_versions', 'policy_activations', 'policy_exceptions'],
  ...['gateway_installed_skills', 'board_webhooks', 'board_webhook_payloads', 'outbound_webhooks'],
  ...['webhook_deliveries', 'activity_events'],
];

/** What an archive leaves out, by the reason. */
export const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  'the fleet half exports its own': [
    ...['runs', 'steps', 'run_events', 'decisions', 'blobs', 'blob_refs', 'rollup_1m', 'rollup_1h'],
    ...['rollup_sums', 'run_tombstones', 'graph_edges'],
    ...[
      'telemetry_batches',
      'telemetry_settings',
      'violations',
      'breakers',
      'anomalies',
      'baselines',
      'agent_health',
      'producers',
      'producer_agents',
    ],
    ...[
      'backtests',
      'governance_settings',
      'deploy_targets',
      'deployments',
      'commands',
      'kills',
      'lease_scopes',
      'leases',
      'lease_ledger',
    ],
  ],
  'the audit trail has an export that can be verified': ['audit', 'audit_heads'],
  'how the server works, not what anybody made': [
    ...['breaker_probes', 'breaker_buckets', 'grants', 'rollup_spans'],
    ...['events', 'work_jobs', 'idempotency_keys', 'gateway_cleanups', 'otlp_spans', 'otlp_traces'],
    ...['gateway_follows', 'gateway_runs', 'gateway_session_cursors'],
  ],
  'nothing but secrets': ['agent_tokens', 'gateway_devices', 'gateway_device_tokens'],
};

/** Binary columns are secrets, encrypted or hashed; what is left of tokens by name, and search indexes, tell nothing. */
export const isExported = (column: { name: string; type: string }): boolean =>
  column.type !== 'bytea' && column.type !== 'tsvector' && !/(_enc|_hash)$/.test(column.name);
