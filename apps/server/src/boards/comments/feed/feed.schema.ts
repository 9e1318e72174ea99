import { z } from 'zod';
import { OffsetQuery, offsetPage } from '#server/platform/http/page.schema.ts';

/** A comment as feeds over many boards show it: with who wrote it, and where. */
export const ActivityTaskCommentFeedItemRead = z
  .object({
    id: z.uuid(),
    created_at: z.iso.datetime(),
    edited_at: z.iso.datetime().nullable(),
    message: z.string().nullable(),
    agent_id: z.uuid().nullable(),
    agent_name: z.string().nullable(),
    agent_role: z.string().nullable(),
    user_id: z.uuid().nullable(),
    user_name: z.string().nullable(),
    task_id: z.uuid(),
    task_title: z.string(),
    board_id: z.uuid(),
    board_name: z.string(),
  })
  .meta({ id: 'ActivityTaskCommentFeedItemRead' });
export type ActivityTaskCommentFeedItemRead = z.infer<typeof ActivityTaskCommentFeedItemRead>;

export const CommentFeedPage = offsetPage(ActivityTaskCommentFeedItemRead).meta({
  id: 'Page_ActivityTaskCommentFeedItemRead',
});

export const CommentFeedQuery = OffsetQuery.extend({ board_id: z.uuid().optional() });
export type CommentFeedQuery = z.infer<typeof CommentFeedQuery>;
