import { z } from 'zod';
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

export const Agent = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    origin: AgentOrigin,
    kind: z.enum(['main', 'lead', 'worker', 'external']),
    agent_type: z.string(),
    framework: z.string().nullable(),
    framework_version: z.string().nullable(),
    description: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    model: z.string().nullable(),
    status: z.enum(['provisioning', 'online', 'offline', 'updating', 'deleting']),
    tier: z.int().describe('Support tier proved by traffic: 0 observed, 1 blocks, 2 replays.'),
    control_state: ControlState,
    control_reason: z.string().nullable(),
    control_at: z.iso.datetime().nullable(),
    active_version_id: z.uuid().nullable(),
    active_version_number: z.int().nullable(),
    auto_activate: z.boolean(),
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
  .meta({ id: 'Agent' });
export type Agent = z.infer<typeof Agent>;

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

export const AgentDetail = Agent.extend({
  active_version: AgentVersionDetail.nullable(),
  parents: z.array(z.object({ slug: z.string(), agent_id: z.uuid().nullable() })),
  holds: z.array(AgentHold),
  producers: z.array(Producer).describe('Processes seen in the last 24 h, newest first.'),
}).meta({ id: 'AgentDetail' });
export type AgentDetail = z.infer<typeof AgentDetail>;

export const AgentQuery = OffsetQuery.extend({
  origin: z
    .enum(['openclaw', 'sdk', 'otlp', 'all'])
    .default('openclaw')
    .describe('Without it only OpenClaw agents, as clients of the work half expect.'),
  agent_type: z.string().max(128).optional(),
  framework: z.string().max(64).optional(),
  control_state: ControlState.optional(),
  health: HealthColour.optional(),
  q: z.string().trim().max(200).optional().describe('Part of the name, slug or type.'),
});
export type AgentQuery = z.infer<typeof AgentQuery>;

export const AgentUpdate = z
  .object({
    name: z.string().trim().min(1).max(200),
    description: z.string().max(20_000).nullable(),
    labels: z
      .record(z.string().min(1).max(64), z.string().max(64))
      .refine((labels) => Object.keys(labels).length <= 16, 'at most 16 labels'),
    auto_activate: z.boolean(),
    fail_mode: z.enum(['last_known', 'fail_closed', 'fail_open']),
    enforce_capabilities: z.enum(['enforce', 'monitor', 'off']),
  })
  .partial()
  .meta({ id: 'AgentUpdate' });
export type AgentUpdate = z.infer<typeof AgentUpdate>;
