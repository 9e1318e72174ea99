import { z } from 'zod';

export const ServiceKeyScope = z.enum(['enroll', 'otlp', 'metrics', 'read']);
export type ServiceKeyScope = z.infer<typeof ServiceKeyScope>;

export const ServiceKey = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    name: z.string(),
    prefix: z.string().describe('The first characters of the key, to recognise it by.'),
    scopes: z.array(ServiceKeyScope),
    agent_slugs: z.array(z.string()).describe('Globs of agent slugs that the key may enrol; empty means any.'),
    created_by_user_id: z.uuid().nullable(),
    expires_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable(),
    last_used_ip: z.string().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'ServiceKey' });
export type ServiceKey = z.infer<typeof ServiceKey>;

export const ServiceKeyCreate = z
  .object({
    name: z.string().trim().min(1).max(200),
    scopes: z.array(ServiceKeyScope).min(1).max(4).default(['enroll']),
    agent_slugs: z
      .array(z.string().regex(/^[a-z0-9*?][a-z0-9._*?-]{0,62}$/))
      .max(100)
      .default([]),
    expires_at: z.iso.datetime({ offset: true }).nullable().default(null),
  })
  .meta({ id: 'ServiceKeyCreate' });
export type ServiceKeyCreate = z.infer<typeof ServiceKeyCreate>;

export const ServiceKeyCreated = ServiceKey.extend({
  key: z.string().describe('The key itself. It is shown in this answer only.'),
}).meta({ id: 'ServiceKeyCreated' });
export type ServiceKeyCreated = z.infer<typeof ServiceKeyCreated>;
