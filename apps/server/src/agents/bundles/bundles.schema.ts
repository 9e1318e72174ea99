import { z } from 'zod';
import { SideEffect } from '../versions/manifest.schema.ts';

/** Everything a process needs to decide locally for one agent. */
export const Bundle = z
  .object({
    v: z.literal(1),
    bundle: z.int().describe('Grows with every change.'),
    etag: z.string(),
    issued_at: z.iso.datetime(),
    expires_at: z.iso.datetime().describe('From then on it counts as if there were none, unless it is renewed.'),
    agent_id: z.uuid(),
    agent_slug: z.string(),
    version_id: z.uuid().nullable(),
    control: z.object({
      state: z.enum(['discovered', 'active', 'paused', 'draining', 'retired']),
      reason: z.string().nullable(),
      retry_at: z.iso.datetime().nullable(),
      holds: z.array(z.object({ holder: z.string(), reason: z.string() })),
      kill: z
        .object({ id: z.uuid(), reason: z.string(), abort: z.boolean() })
        .nullable()
        .describe('Nothing may run; `abort`: what runs is ended.'),
    }),
    policies: z.array(z.unknown()).describe('The compiled policies that apply, broadest first.'),
    exceptions: z.array(z.object({ rule: z.string(), until: z.iso.datetime() })),
    breakers: z
      .array(z.object({ key: z.string(), state: z.string(), retry_at: z.iso.datetime().nullable() }))
      .describe(
        'Those that are not closed, or that somebody holds closed; a key begins with the rule whatever its version: `policy:rule|agent`, then `|v3` of a version or `|docs/read` of a tool.',
      ),
    capability: z.object({
      mode: z.enum(['enforce', 'monitor', 'off']),
      tools: z.array(
        z.object({
          name: z.string(),
          side_effect: SideEffect,
          data: z.object({ read: z.array(z.string()).optional(), write: z.array(z.string()).optional() }).optional(),
          poll: z.boolean().optional(),
        }),
      ),
      stores: z.array(z.string()),
      subagents: z.array(z.string()),
      models: z.array(z.string()).nullable(),
      max_concurrency: z.int().nullable(),
    }),
    sampling: z.object({ rate: z.number() }),
    redaction: z.object({ scanners: z.boolean(), rules: z.array(z.object({ path: z.string(), mode: z.string() })) }),
    capture: z.enum(['full', 'metadata']),
    fail_mode: z.enum(['last_known', 'fail_closed', 'fail_open']),
    hash_key: z
      .string()
      .describe('Base64, 32 bytes: keys argument hashes, so that they compare within an organization only.'),
    contact_ttl_s: z.int(),
  })
  .meta({ id: 'Bundle' });
export type Bundle = z.infer<typeof Bundle>;

/** A bundle as its process gets it. */
export const SignedBundle = Bundle.extend({
  mac: z
    .string()
    .nullable()
    .describe('Base64: HMAC-SHA-256 by the command key over the RFC 8785 JSON of the bundle without `mac`.'),
}).meta({ id: 'SignedBundle' });
export type SignedBundle = z.infer<typeof SignedBundle>;

/** A bundle for the plugin of a gateway, which knows its agents by other ids. */
export const GatewayBundle = z.object({ gateway_agent_id: z.string(), bundle: Bundle }).meta({ id: 'GatewayBundle' });
export type GatewayBundle = z.infer<typeof GatewayBundle>;
