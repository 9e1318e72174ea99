import { z } from 'zod';

export const RejectedLine = z
  .object({ line: z.int().describe('Counted from 1, the header.'), code: z.string(), detail: z.string() })
  .meta({ id: 'RejectedLine' });

/** The answer to a batch, given only after COMMIT. */
export const BatchAnswer = z
  .object({
    accepted: z.int(),
    duplicate: z.boolean().describe('The batch was stored before; this is the answer that it got then.'),
    ignored: z.int().describe('Lines of a type that this server does not know.'),
    rejected: z.array(RejectedLine).describe('At most 100.'),
    rejected_total: z.int(),
    need: z.array(z.string()).describe('Hashes of payloads that are referred to and absent.'),
    keep: z.array(z.uuid()).describe('Runs whose held payloads must be uploaded although they are not sampled.'),
    throttle_ms: z.int().describe('How long to wait before the next flush.'),
    server_time: z.iso.datetime(),
    bundles: z.record(z.string(), z.int()).describe('Current bundle number of each agent of the process, by slug.'),
  })
  .meta({ id: 'BatchAnswer' });
export type BatchAnswer = z.infer<typeof BatchAnswer>;
