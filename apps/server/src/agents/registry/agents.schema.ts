import { z } from 'zod';
import { LastError } from '#server/platform/http/fields.schema.ts';
import { OffsetQuery } from '#server/platform/http/page.schema.ts';
import { Producer } from '../producers/producers.schema.ts';
import { AgentVersionDetail } from '../versions/versions.schema.ts';

export const AgentOrigin = z.enum(['openclaw', 'sdk', 'otlp']);
export const ControlState = z.enum(['discovered', 'active', 'paused', 'draining', 'retired']);
export type ControlState = z.infer<typeof ControlState>;
export const HealthColour = z.enum(['green', 'amber', 'red', 'grey']);

/** Why an agent has its colour, in numbers and in words. */
export const HealthReason = z
  .object({
    code: z.string(),
    value: z.number().nullable(),
    threshold: z.number().nullable(),
    since: z.iso.datetime().nullable(),
    text: z.string(),
  })
  .meta({ id: 'HealthReason' });

export const AgentKind = z.enum(['main', 'lead', 'worker', 'external']);
export type AgentKind = z.infer<typeof AgentKind>;
export const AgentStatus = z.enum(['provisioning', 'online', 'offline', 'updating', 'deleting']);
export type AgentStatus = z.infer<typeof AgentStatus>;
export const LifecycleState = z.enum(['pending', 'writing', 'waking', 'steady', 'failed']);
export const AgentActivity = z.enum(['running', 'idle', 'waiting_approval', 'paused', 'unreachable']);
export type AgentActivity = z.infer<typeof AgentActivity>;

/** One agent of either half: of a gateway, or of a process that enrolled it. */
export const AgentRead = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    board_id: z.uuid().nullable(),
    gateway_id: z.uuid().nullable().describe('Null only for agents without a gateway (kind external).'),
    slug: z.string(),
    name: z.string(),
    origin: AgentOrigin,
    kind: AgentKind,
    is_board_lead: z.boolean(),
    is_gateway_main: z.boolean(),
    agent_type: z.string(),
    framework: z.string().nullable(),
    framework_version: z.string().nullable(),
    description: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    model: z.string().nullable(),
    status: AgentStatus,
    activity: AgentActivity,
    managed: z.boolean().describe('False: adopted, and only observed.'),
    credential_mode: z
      .enum(['file', 'env', 'inline'])
      .nullable()
      .describe(
        'Where its credential is: a file that it reads, a variable that all agents there have, or every prompt.',
      ),
    heartbeat_config: z.record(z.string(), z.unknown()).nullable(),
    identity_profile: z.record(z.string(), z.unknown()).nullable(),
    identity_template: z.string().nullable(),
    soul_template: z.string().nullable(),
    openclaw_session_id: z.string().nullable(),
    gateway_agent_id: z.string().nullable(),
    lifecycle_state: LifecycleState,
    lifecycle_generation: z.int(),
    last_error: LastError.nullable(),
    next_retry_at: z.iso.datetime().nullable(),
    wake_attempts: z.int(),
    has_token: z.boolean(),
    token_rotated_at: z.iso.datetime().nullable(),
    tier: z.int().describe('Support tier proved by traffic: 0 observed, 1 blocks, 2 replays.'),
    control_state: ControlState,
    control_reason: z.string().nullable(),
    control_at: z.iso.datetime().nullable(),
    active_version_id: z.uuid().nullable(),
    active_version_number: z.int().nullable(),
    auto_activate: z.boolean(),
    auto_rollback: z.boolean(),
    deploy_target_id: z.uuid().nullable(),
    fail_mode: z.enum(['last_known', 'fail_closed', 'fail_open']),
    enforce_capabilities: z.enum(['enforce', 'monitor', 'off']).describe('What happens to undeclared calls.'),
    latency_sla_ms: z.int().nullable(),
    health: HealthColour,
    health_reasons: z.array(HealthReason),
    last_seen_at: z.iso.datetime().nullable(),
    version: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'AgentRead' });
export type AgentRead = z.infer<typeof AgentRead>;

export const AgentHold = z
  .object({
    holder: z.string(),
    reason: z.string(),
    by: z.object({ kind: z.string(), id: z.string() }),
    at: z.iso.datetime(),
    retry_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'AgentHold' });
export type AgentHold = z.infer<typeof AgentHold>;

export const AgentDetail = AgentRead.extend({
  active_version: AgentVersionDetail.nullable(),
  parents: z.array(z.object({ slug: z.string(), agent_id: z.uuid().nullable() })),
  holds: z.array(AgentHold),
  rollout: z
    .object({ bundle: z.int(), processes: z.int(), current: z.int() })
    .describe('How many of the processes that are online have the newest bundle, by its number.'),
  producers: z.array(Producer).describe('Processes seen in the last 24 h, newest first.'),
}).meta({ id: 'AgentDetail' });
export type AgentDetail = z.infer<typeof AgentDetail>;

export const AgentQuery = OffsetQuery.extend({
  board_id: z.uuid().optional(),
  gateway_id: z.uuid().optional(),
  origin: z
    .enum(['openclaw', 'sdk', 'otlp', 'all'])
    .optional()
    .describe('Without it only agents of gateways, for admins, as clients of the work half expect.'),
  agent_type: z.string().max(128).optional(),
  framework: z.string().max(64).optional(),
  control_state: ControlState.optional(),
  health: HealthColour.optional(),
  q: z.string().trim().max(200).optional().describe('Part of the name, slug or type.'),
});
export type AgentQuery = z.infer<typeof AgentQuery>;
