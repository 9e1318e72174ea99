import { z } from 'zod';
import { HealthColour, HealthReason } from '#server/agents/index.ts';

const HOUR_MS = 3_600_000;

/** How far back, in milliseconds. */
export const RANGE_MS = {
  '1h': HOUR_MS,
  '24h': 24 * HOUR_MS,
  '72h': 72 * HOUR_MS,
  '7d': 168 * HOUR_MS,
  '30d': 720 * HOUR_MS,
};

export const HealthQuery = z.object({
  range: z.enum(['1h', '24h', '72h', '7d', '30d']).default('24h'),
});

const HealthRecord = z.object({
  at: z.iso.datetime(),
  health: HealthColour,
  reasons: z.array(HealthReason),
});

/** Figures of one version of the agent within the range. */
const VersionHealth = z.object({
  version_id: z.uuid().nullable(),
  version_number: z.int().nullable(),
  runs: z.int(),
  errors: z.int(),
  p95_ms: z.number().nullable(),
});
export type VersionHealth = z.infer<typeof VersionHealth>;

export const AgentHealth = z
  .object({
    agent_id: z.uuid(),
    health: HealthColour,
    reasons: z.array(HealthReason),
    history: z
      .array(HealthRecord)
      .describe('Every change within the range and the state before it, newest first; 500 at most.'),
    versions: z.array(VersionHealth),
  })
  .meta({ id: 'AgentHealth' });
export type AgentHealth = z.infer<typeof AgentHealth>;
