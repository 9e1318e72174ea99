import { z } from 'zod';

export const Producer = z
  .object({
    id: z.uuid(),
    host: z.string().nullable(),
    pid: z.int().nullable(),
    runtime: z.string().nullable(),
    sdk: z.string().nullable(),
    last_seen_at: z.iso.datetime().nullable(),
    online: z.boolean().describe('Seen within the last 45 s.'),
    bundle: z.int().nullable().describe('The bundle that this process last reported for the agent.'),
    dropped: z.record(z.string(), z.number()).describe('Events dropped since the process began, by reason.'),
    self: z
      .record(z.string(), z.number())
      .describe('Own cost: cpu_ms, rss_mb, queue_bytes, policy_p99_us, active_runs.'),
    skew_ms: z.int().nullable(),
    unread_rules: z
      .array(z.string())
      .describe('Kinds of enforced rules that its SDK cannot read and is not sent: it is partly governed.'),
  })
  .meta({ id: 'Producer' });
export type Producer = z.infer<typeof Producer>;
