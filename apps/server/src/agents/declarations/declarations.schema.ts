import { z } from 'zod';
import { Manifest } from '../versions/manifest.schema.ts';

/** One difference between what an agent declares and what it does. */
export const DriftItem = z
  .object({
    kind: z.enum([
      'tool_unused',
      'tool_undeclared',
      'store_undeclared',
      'model_undeclared',
      'subagent_undeclared',
      'side_effect',
      'arguments',
    ]),
    name: z.string(),
    count: z.int().describe('How often it was seen; 0 for what was declared and not used.'),
    last_seen_at: z.iso.datetime().nullable(),
    example_run_id: z.uuid().nullable(),
    text: z.string(),
  })
  .meta({ id: 'DriftItem' });
export type DriftItem = z.infer<typeof DriftItem>;

export const AgentDrift = z
  .object({
    agent_id: z.uuid(),
    version_id: z.uuid().nullable().describe('The active version, which was compared.'),
    at: z.iso.datetime(),
    items: z.array(DriftItem),
    proposal: z
      .object({ label: z.string(), manifest: Manifest })
      .nullable()
      .describe('The active manifest with everything that was seen and not declared: a body for a new version.'),
  })
  .meta({ id: 'AgentDrift' });
export type AgentDrift = z.infer<typeof AgentDrift>;
