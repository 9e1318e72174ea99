import { z } from 'zod';
import { CursorQuery } from '#server/platform/http/page.schema.ts';

export const JobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'dead']);

const JobError = z.object({ code: z.string(), message: z.string() });

export const JobRead = z
  .object({
    id: z.uuid(),
    kind: z.string().describe('`noun.verb`.'),
    state: JobState.describe('`failed` ended with an answer; `dead` gave up and waits for a person.'),
    subject: z.object({ kind: z.string(), id: z.string() }).nullable().describe('What it is about.'),
    board_id: z.uuid().nullable(),
    waits_for: z
      .string()
      .nullable()
      .describe('What must let it go first: `gateway:<id>`, `board:<id>` or `agent:<id>`.'),
    progress: z.object({ done: z.int(), total: z.int() }).nullable(),
    steps: z
      .array(
        z.object({
          kind: z.string(),
          state: z.enum(['pending', 'running', 'done', 'skipped', 'failed']),
          attempts: z.int(),
          started_at: z.iso.datetime().nullable(),
          ended_at: z.iso.datetime().nullable(),
          error: JobError.nullable(),
        }),
      )
      .nullable(),
    result: z.unknown(),
    error: JobError.nullable(),
    attempts: z.int(),
    max_attempts: z.int(),
    next_retry_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'JobRead' });
export type JobRead = z.infer<typeof JobRead>;

export const JobQuery = CursorQuery.extend({
  state: JobState.optional(),
  kind: z.string().max(128).optional(),
  subject_id: z.uuid().toLowerCase().optional().describe('What it is about.'),
});
export type JobQuery = z.infer<typeof JobQuery>;

export const JobAccepted = z.object({ job_id: z.uuid() }).meta({ id: 'JobAccepted' });
