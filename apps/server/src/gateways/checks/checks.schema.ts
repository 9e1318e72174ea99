import { z } from 'zod';
import { HOPS } from './hops.schema.ts';

export const GatewayCheckRequest = z
  .object({
    gateway_id: z.uuid().toLowerCase().nullable().default(null),
    url: z.string().max(2000).nullable().default(null),
    token: z.string().max(10_000).nullable().default(null),
    allow_insecure_tls: z.boolean().optional().describe('Of the saved gateway when it is left out; else false.'),
    disable_device_pairing: z.boolean().optional().describe('Of the saved gateway when it is left out; else false.'),
    reach_back: z.boolean().default(false).describe("Let the gateway's host call this server."),
    round_trip: z.boolean().default(false).describe('Let an agent answer one word: costs one call of its model.'),
  })
  .meta({ id: 'GatewayCheckRequest' });
export type GatewayCheckRequest = z.infer<typeof GatewayCheckRequest>;

const Hop = z.object({
  hop: z.enum(HOPS),
  status: z.enum(['ok', 'warn', 'fail', 'skipped']),
  code: z.string().nullable(),
  took_ms: z.number(),
  facts: z.record(z.string(), z.unknown()),
  fix: z.object({ title: z.string(), steps: z.array(z.string()), command: z.string().optional() }).nullable(),
});

export type Hop = z.infer<typeof Hop>;

export const GatewayCheckResult = z
  .object({
    ok: z.boolean(),
    failed_hop: z.enum(HOPS).nullable(),
    code: z.string().nullable(),
    duration_ms: z.int(),
    hops: z.array(Hop),
    server_version: z.string().nullable(),
    protocol: z.int().nullable(),
    scopes: z.array(z.string()),
    pairing: z.object({ device_id: z.string(), request_id: z.string().nullable() }).nullable(),
  })
  .meta({ id: 'GatewayCheckResult' });
export type GatewayCheckResult = z.infer<typeof GatewayCheckResult>;
