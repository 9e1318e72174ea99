import { z } from 'zod';

const NAME_MAX = 128;
const Name = z.string().min(1).max(NAME_MAX);
const StoreNames = z.array(Name).max(256);

/** What calling a tool twice does; undeclared means the worst. */
export const SideEffect = z.enum(['pure', 'read', 'idempotent_write', 'non_idempotent']);
export type SideEffect = z.infer<typeof SideEffect>;

export const ManifestTool = z.object({
  name: Name.describe('`server/tool` or `tool`; case-sensitive.'),
  description: z.string().max(20_000).optional(),
  schema: z.record(z.string(), z.unknown()).optional().describe('JSON Schema of the arguments.'),
  schema_hash: z.string().max(128).optional(),
  side_effect: SideEffect.default('non_idempotent'),
  data: z.object({ read: StoreNames.optional(), write: StoreNames.optional() }).optional(),
  external: z.boolean().optional(),
  poll: z.boolean().optional(),
  confirm_note: z.string().max(1000).optional(),
});
export type ManifestTool = z.infer<typeof ManifestTool>;

export const ManifestStore = z.object({
  name: Name,
  kind: z.string().max(64).optional(),
  sensitivity: z.enum(['public', 'internal', 'confidential', 'restricted']).optional(),
});

/** The capabilities that an agent declares: what it does not name here, it may not do. */
export const Manifest = z
  .object({
    tools: z.array(ManifestTool).max(512).default([]),
    data_stores: z.array(ManifestStore).max(256).default([]),
    subagents: z.array(Name).max(256).default([]),
    max_concurrency: z.int().min(1).max(100_000).optional(),
    latency_sla_ms: z.int().min(1).max(86_400_000).optional(),
    sla_percentile: z.number().gt(0).lt(1).optional(),
    model: z
      .object({
        provider: z.string().max(NAME_MAX).optional(),
        name: z.string().min(1).max(NAME_MAX),
        params: z.record(z.string(), z.unknown()).optional(),
      })
      .optional(),
    models_allowed: z.array(Name).max(256).optional(),
    prompts: z
      .array(z.object({ name: Name, hash: z.string().max(128).optional(), text: z.string().max(200_000).optional() }))
      .max(64)
      .optional(),
    entrypoints: z.array(Name).max(64).optional(),
    config: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Manifest' });
export type Manifest = z.infer<typeof Manifest>;
