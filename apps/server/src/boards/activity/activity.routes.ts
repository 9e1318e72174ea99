import { assertBoardAccess } from '#server/identity/index.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { CommentFeedPage, CommentFeedQuery } from '../comments/feed/feed.schema.ts';
import { listFeed } from '../comments/feed/feed.store.ts';
import { ActivityPage, ActivityQuery } from './activity.schema.ts';
import { getActivity } from './activity.service.ts';

const tags = ['activity'];

export function activityRoutes(router: Router): void {
  router.get(
    '/activity',
    {
      config: { access: 'member-or-agent' },
      schema: {
        operationId: 'listActivity',
        tags,
        summary: 'What happened, newest first; agents see what is about them.',
        querystring: ActivityQuery,
        response: { 200: ActivityPage, ...problems(403, 404) },
      },
    },
    ({ ctx, query }) => getActivity(ctx, query),
  );

  router.get(
    '/activity/task-comments',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'listTaskCommentFeed',
        tags,
        summary: 'Comments on all readable boards, newest first.',
        querystring: CommentFeedQuery,
        response: { 200: CommentFeedPage, ...problems(403, 404) },
      },
    },
    async ({ ctx, query }) => {
      if (query.board_id !== undefined) await assertBoardAccess(ctx, query.board_id, 'read');
      return listFeed(ctx, query);
    },
  );
}
