import { z } from 'zod';
import { Instant } from '#server/platform/http/fields.schema.ts';
import { OffsetQuery, offsetPage } from '#server/platform/http/page.schema.ts';

/** A line of the readable history, with the page of the console that shows what it is about. */
export const ActivityEventRead = z
  .object({
    id: z.uuid(),
    event_type: z.string(),
    message: z.string().nullable(),
    agent_id: z.uuid().nullable(),
    task_id: z.uuid().nullable(),
    board_id: z.uuid().nullable(),
    route_name: z.string().nullable(),
    route_params: z.record(z.string(), z.string()).nullable(),
    created_at: z.iso.datetime(),
    actor: z.object({ kind: z.string(), id: z.uuid().nullable(), name: z.string().nullable() }),
    data: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'ActivityEventRead' });
export type ActivityEventRead = z.infer<typeof ActivityEventRead>;

export const ActivityPage = offsetPage(ActivityEventRead).meta({ id: 'Page_ActivityEventRead' });

export const ActivityQuery = OffsetQuery.extend({
  board_id: z.uuid().optional(),
  event_type: z.string().max(128).optional(),
  since: Instant.optional(),
  id: z.uuid().optional().describe('The one line that a link leads to.'),
  actor_kind: z.enum(['user', 'process', 'agent', 'service_key', 'webhook', 'system']).optional(),
});
export type ActivityQuery = z.infer<typeof ActivityQuery>;
