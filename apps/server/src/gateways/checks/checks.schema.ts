import { z } from 'zod';

export const GatewayCheckRequest = z
  .object({
    gateway_id: z.uuid().toLowerCase().nullable().default(null),
    url: z.string().max(2000).nullable().default(null),
    token: z.string().max(10_000).nullable().default(null),
    allow_insecure_tls: z.boolean().default(false),
    disable_device_pairing: z.boolean().default(false),
  })
  .meta({ id: 'GatewayCheckRequest' });

const Hop = z.object({
  hop: z.string(),
  status: z.enum(['ok', 'warn', 'fail', 'skipped']),
  code: z.string().nullable(),
  took_ms: z.number(),
  facts: z.record(z.string(), z.unknown()),
  fix: z.object({ title: z.string(), steps: z.array(z.string()), command: z.string().optional() }).nullable(),
});

export const GatewayCheckResult = z
  .object({
    ok: z.boolean(),
    failed_hop: z.string().nullable(),
    code: z.string().nullable(),
    duration_ms: z.int(),
    hops: z.array(Hop),
    server_version: z.string().nullable(),
    protocol: z.int().nullable(),
    scopes: z.array(z.string()),
    pairing: z.object({ device_id: z.string(), request_id: z.string().nullable() }).nullable(),
  })
  .meta({ id: 'GatewayCheckResult' });
