import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { Run } from './runs.schema.ts';

/** A run moved: once per run and flush, with the row as lists show it. `max_seq` says how far its steps go. */
export const runUpdated = defineEvent({
  type: 'run.updated',
  subject: 'run',
  schema: z.object({ run: Run }),
  topics: (runId) => ['runs', `run:${runId}`],
});
