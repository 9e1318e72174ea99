import { z } from 'zod';

export const STEP_KINDS = ['entry', 'fields', 'files', 'session', 'credential', 'policy', 'reset', 'wake'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export const StepRecord = z.object({
  kind: z.enum(STEP_KINDS),
  state: z.enum(['pending', 'running', 'done', 'skipped', 'failed']),
  attempts: z.int(),
  started_at: z.iso.datetime().nullable(),
  ended_at: z.iso.datetime().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type StepRecord = z.infer<typeof StepRecord>;
