import { z } from 'zod';

/** Figures of the watched runs of one version. */
export const WatchedFigures = z
  .object({
    runs: z.int(),
    error_rate: z.number().nullable(),
    p95_ms: z.number().nullable(),
    tool_calls_per_run: z.number().nullable(),
    tokens_per_run: z.number().nullable(),
    mean_score: z.number().nullable(),
  })
  .meta({ id: 'WatchedFigures' });
export type WatchedFigures = z.infer<typeof WatchedFigures>;

export const WatchFinding = z.object({
  metric: z.enum(['error_rate', 'p95_ms', 'tool_calls_per_run', 'tokens_per_run', 'mean_score']),
  before: z.number().nullable(),
  after: z.number(),
  rolls_back: z.boolean().describe('Whether it is reason enough for an automatic rollback.'),
  text: z.string(),
});
export type WatchFinding = z.infer<typeof WatchFinding>;

/** What the hour after an activation (or its first 50 runs) says of the new version. */
export const VersionWatch = z
  .object({
    verdict: z
      .enum(['watching', 'good', 'changed', 'worse', 'too_few'])
      .describe('`changed`: it works more or less than before, not worse. `too_few`: fewer than ten runs in the hour.'),
    after: WatchedFigures,
    before: WatchedFigures.nullable(),
    findings: z.array(WatchFinding),
    at: z.iso.datetime(),
  })
  .meta({ id: 'VersionWatch' });
export type VersionWatch = z.infer<typeof VersionWatch>;
