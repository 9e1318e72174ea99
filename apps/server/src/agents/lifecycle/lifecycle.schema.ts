import { z } from 'zod';
import { Flag, JsonMap } from '#server/platform/http/fields.schema.ts';

const Name = z.string().trim().min(1).max(200);
const Heartbeat = JsonMap.describe('{every: 30s..7d or off, target, includeReasoning}; other keys are kept.');
const Identity = JsonMap.describe('Values become text; lists are joined, empty entries dropped.');
const IdentityTemplate = z.string().max(100_000);
const SoulTemplate = z.string().max(200_000);
const Model = z.string().trim().min(1).max(200);

export const AgentCreate = z
  .object({
    board_id: z.uuid().toLowerCase().nullable().default(null),
    name: Name,
    status: z.string().max(200).default('provisioning').describe('Accepted and ignored: the server works it out.'),
    heartbeat_config: Heartbeat.nullable().default(null),
    identity_profile: Identity.nullable().default(null),
    identity_template: IdentityTemplate.nullable().default(null),
    soul_template: SoulTemplate.nullable().default(null),
    model: Model.nullable().default(null).describe('Null: what the gateway uses.'),
  })
  .meta({ id: 'AgentCreate' });
export type AgentCreate = z.infer<typeof AgentCreate>;

/** What may be changed; the first block belongs to agents of a gateway, the second to every agent. */
export const AgentUpdate = z
  .object({
    board_id: z.uuid().toLowerCase().nullable(),
    is_gateway_main: z.boolean().nullable().describe('Null: unchanged.'),
    status: z.string().max(200).nullable().describe('Refused when sent: the server works it out.'),
    heartbeat_config: Heartbeat.nullable(),
    identity_profile: Identity.nullable(),
    identity_template: IdentityTemplate.nullable(),
    soul_template: SoulTemplate.nullable(),
    model: Model.nullable(),
    name: Name,
    description: z.string().max(20_000).nullable(),
    labels: z
      .record(z.string().min(1).max(64), z.string().max(64))
      .refine((labels) => Object.keys(labels).length <= 16, 'at most 16 labels'),
    auto_activate: z.boolean(),
    auto_rollback: z.boolean().describe('Back to the version before when the watch finds the new one worse.'),
    deploy_target_id: z.uuid().nullable().describe('Puts versions into effect that name no target of their own.'),
    fail_mode: z.enum(['last_known', 'fail_closed', 'fail_open']),
    enforce_capabilities: z.enum(['enforce', 'monitor', 'off']),
    version: z.int().min(1),
  })
  .partial()
  .meta({ id: 'AgentUpdate' });
export type AgentUpdate = z.infer<typeof AgentUpdate>;

/** `?force=true` provisions again although nothing changed. */
export const AgentUpdateQuery = z.object({ force: Flag.default(false) });
