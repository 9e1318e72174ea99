import { z } from 'zod';
import { TaskRead } from '../tasks/tasks.schema.ts';

const Seconds = z.int().min(30).max(3600);

/** The right to work on a task for a while; a higher fence means that somebody got it later. */
export const TaskLease = z
  .object({ id: z.uuid(), fence: z.int(), expires_at: z.iso.datetime() })
  .meta({ id: 'TaskLease' });
export type TaskLease = z.infer<typeof TaskLease>;

export const TaskClaim = z
  .object({
    lease_s: Seconds.default(300),
    tag_id: z.uuid().nullish().describe('Only tasks with this tag.'),
    priority: z.string().max(32).nullish().describe('Only tasks of this priority.'),
  })
  .meta({ id: 'TaskClaim' });
export type TaskClaim = z.infer<typeof TaskClaim>;

export const ClaimedTask = z.object({ task: TaskRead, lease: TaskLease }).meta({ id: 'ClaimedTask' });
export type ClaimedTask = z.infer<typeof ClaimedTask>;

export const LeaseRenewal = z
  .object({ fence: z.int().min(0), lease_s: Seconds.default(300) })
  .meta({ id: 'LeaseRenewal' });
export type LeaseRenewal = z.infer<typeof LeaseRenewal>;

export const LeaseRelease = z.object({ fence: z.int().min(0) }).meta({ id: 'LeaseRelease' });
