import type { StateLook } from './mark.tsx';

/** Agents: how they are. */
export const healthLooks = {
  green: { tone: 'ok', shape: 'dot', word: 'Healthy' },
  amber: { tone: 'warn', shape: 'half', word: 'Degraded' },
  red: { tone: 'bad', shape: 'diamond', word: 'Failing' },
  grey: { tone: 'idle', shape: 'ring', word: 'Idle' },
} as const satisfies Record<string, StateLook>;

/** Agents: what people, policies and breakers decided about them. */
export const controlLooks = {
  discovered: { tone: 'idle', shape: 'ring', word: 'Undeclared' },
  active: { tone: 'ok', shape: 'dot', word: 'Active' },
  paused: { tone: 'warn', shape: 'half', word: 'Paused' },
  draining: { tone: 'warn', shape: 'half', word: 'Draining' },
  retired: { tone: 'idle', shape: 'ring', word: 'Retired' },
} as const satisfies Record<string, StateLook>;

/** Runs. */
export const runLooks = {
  running: { tone: 'run', shape: 'target', word: 'Running' },
  ok: { tone: 'ok', shape: 'dot', word: 'Succeeded' },
  error: { tone: 'bad', shape: 'diamond', word: 'Failed' },
  cancelled: { tone: 'idle', shape: 'ring', word: 'Cancelled' },
  lost: { tone: 'warn', shape: 'half', word: 'Lost' },
} as const satisfies Record<string, StateLook>;

/** Steps of a run. */
export const stepLooks = {
  running: { tone: 'run', shape: 'target', word: 'Running' },
  ok: { tone: 'ok', shape: 'dot', word: 'Succeeded' },
  error: { tone: 'bad', shape: 'diamond', word: 'Failed' },
  blocked: { tone: 'bad', shape: 'square', word: 'Blocked' },
  cancelled: { tone: 'idle', shape: 'ring', word: 'Cancelled' },
  reused: { tone: 'idle', shape: 'ring', word: 'Reused' },
} as const satisfies Record<string, StateLook>;

/** What was done about a call that broke a rule. */
export const enforcementLooks = {
  blocked: { tone: 'bad', shape: 'square', word: 'Blocked' },
  would_have: { tone: 'warn', shape: 'half', word: 'Would have blocked' },
  none: { tone: 'idle', shape: 'ring', word: 'Recorded' },
} as const satisfies Record<string, StateLook>;

/** What policies say of a call. */
export const verdictLooks = {
  allow: { tone: 'ok', shape: 'dot', word: 'Allowed' },
  warn: { tone: 'warn', shape: 'ring', word: 'Warned' },
  require_approval: { tone: 'warn', shape: 'half', word: 'Needs approval' },
  block: { tone: 'bad', shape: 'square', word: 'Blocked' },
} as const satisfies Record<string, StateLook>;

/** How grave it is. */
export const severityLooks = {
  info: { tone: 'idle', shape: 'ring', word: 'Info' },
  low: { tone: 'idle', shape: 'ring', word: 'Low' },
  medium: { tone: 'warn', shape: 'half', word: 'Medium' },
  high: { tone: 'bad', shape: 'diamond', word: 'High' },
  critical: { tone: 'bad', shape: 'square', word: 'Critical' },
} as const satisfies Record<string, StateLook>;

/** Where a person has brought it. */
export const violationLooks = {
  open: { tone: 'bad', shape: 'dot', word: 'Open' },
  acknowledged: { tone: 'warn', shape: 'half', word: 'Acknowledged' },
  resolved: { tone: 'ok', shape: 'dot', word: 'Resolved' },
  false_positive: { tone: 'idle', shape: 'ring', word: 'False positive' },
} as const satisfies Record<string, StateLook>;

/** Policies: how strictly they hold; `draft`: no version holds yet. */
export const policyLooks = {
  enforce: { tone: 'ok', shape: 'dot', word: 'Enforced' },
  monitor: { tone: 'run', shape: 'half', word: 'Monitor' },
  dry_run: { tone: 'idle', shape: 'half', word: 'Dry run' },
  off: { tone: 'idle', shape: 'ring', word: 'Off' },
  draft: { tone: 'idle', shape: 'ring', word: 'Draft' },
  archived: { tone: 'idle', shape: 'square', word: 'Archived' },
} as const satisfies Record<string, StateLook>;

/** How bad something unusual is. */
export const anomalyLooks = {
  low: { tone: 'idle', shape: 'ring', word: 'Low' },
  medium: { tone: 'warn', shape: 'half', word: 'Medium' },
  high: { tone: 'bad', shape: 'square', word: 'High' },
  critical: { tone: 'bad', shape: 'diamond', word: 'Critical' },
} as const satisfies Record<string, StateLook>;

/** Circuit breakers. */
export const breakerLooks = {
  closed: { tone: 'ok', shape: 'dot', word: 'Closed' },
  half_open: { tone: 'warn', shape: 'half', word: 'Half open' },
  open: { tone: 'bad', shape: 'diamond', word: 'Open' },
} as const satisfies Record<string, StateLook>;

/** Versions of an agent. */
export const versionLooks = {
  pending: { tone: 'warn', shape: 'half', word: 'Pending' },
  active: { tone: 'ok', shape: 'dot', word: 'Active' },
  superseded: { tone: 'idle', shape: 'ring', word: 'Superseded' },
  rejected: { tone: 'bad', shape: 'diamond', word: 'Rejected' },
} as const satisfies Record<string, StateLook>;

/** Moves from one version of an agent to another. */
export const deploymentLooks = {
  switching: { tone: 'run', shape: 'target', word: 'Switching' },
  live: { tone: 'ok', shape: 'dot', word: 'Live' },
  pointer_only: { tone: 'warn', shape: 'half', word: 'Processes to restart' },
  superseded: { tone: 'idle', shape: 'ring', word: 'Superseded' },
  failed: { tone: 'bad', shape: 'diamond', word: 'Failed' },
  reverted: { tone: 'bad', shape: 'square', word: 'Reverted' },
} as const satisfies Record<string, StateLook>;

/** What the hour after an activation says of a version. */
export const watchLooks = {
  watching: { tone: 'run', shape: 'target', word: 'Watched' },
  good: { tone: 'ok', shape: 'dot', word: 'Good' },
  changed: { tone: 'warn', shape: 'ring', word: 'Changed' },
  worse: { tone: 'bad', shape: 'diamond', word: 'Worse' },
  too_few: { tone: 'idle', shape: 'ring', word: 'Too few runs' },
} as const satisfies Record<string, StateLook>;

/** Messages to agents and to other systems. */
export const deliveryLooks = {
  queued: { tone: 'run', shape: 'ring', word: 'Queued' },
  delivered: { tone: 'ok', shape: 'dot', word: 'Delivered' },
  retrying: { tone: 'warn', shape: 'half', word: 'Trying again' },
  dead: { tone: 'bad', shape: 'diamond', word: 'Given up' },
} as const satisfies Record<string, StateLook>;

/** Work in the background. */
export const jobLooks = {
  queued: { tone: 'idle', shape: 'ring', word: 'Queued' },
  running: { tone: 'run', shape: 'target', word: 'Running' },
  succeeded: { tone: 'ok', shape: 'dot', word: 'Succeeded' },
  failed: { tone: 'bad', shape: 'square', word: 'Failed' },
  dead: { tone: 'bad', shape: 'diamond', word: 'Given up' },
} as const satisfies Record<string, StateLook>;

/** Gateways: whether they are reached. */
export const gatewayLooks = {
  unknown: { tone: 'idle', shape: 'ring', word: 'Not tried yet' },
  connecting: { tone: 'run', shape: 'target', word: 'Connecting' },
  connected: { tone: 'ok', shape: 'dot', word: 'Connected' },
  disconnected: { tone: 'warn', shape: 'half', word: 'Disconnected' },
  needs_attention: { tone: 'bad', shape: 'diamond', word: 'Needs attention' },
} as const satisfies Record<string, StateLook>;

/** Agents of boards and gateways: whether they are there. */
export const agentStatusLooks = {
  online: { tone: 'ok', shape: 'dot', word: 'Online' },
  offline: { tone: 'idle', shape: 'ring', word: 'Offline' },
  provisioning: { tone: 'run', shape: 'target', word: 'Being set up' },
  updating: { tone: 'run', shape: 'target', word: 'Being changed' },
  deleting: { tone: 'idle', shape: 'ring', word: 'Going' },
} as const satisfies Record<string, StateLook>;

/** How far the gateway has what an agent should be. */
export const lifecycleLooks = {
  pending: { tone: 'idle', shape: 'ring', word: 'Its turn comes' },
  writing: { tone: 'run', shape: 'target', word: 'Being written' },
  waking: { tone: 'run', shape: 'target', word: 'Being woken' },
  steady: { tone: 'ok', shape: 'dot', word: 'In place' },
  failed: { tone: 'bad', shape: 'diamond', word: 'Failed' },
} as const satisfies Record<string, StateLook>;

/** Steps of work in the background. */
export const jobStepLooks = {
  pending: { tone: 'idle', shape: 'ring', word: 'To come' },
  running: { tone: 'run', shape: 'target', word: 'Running' },
  done: { tone: 'ok', shape: 'dot', word: 'Done' },
  failed: { tone: 'bad', shape: 'diamond', word: 'Failed' },
  skipped: { tone: 'idle', shape: 'square', word: 'Not needed' },
} as const satisfies Record<string, StateLook>;
