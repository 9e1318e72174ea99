import { z } from 'zod';

export const ErasureAnswer = z.object({
  runs: z
    .int()
    .meta({ description: 'How many runs are no longer shown; their rows and payloads are gone within 60 s.' }),
});

/** A run that people deleted. */
export interface Tombstone {
  run_id: string;
  deleted_at: string;
}
