import { z } from 'zod';
import { agentOperation } from '#server/platform/http/agent-operation.ts';
import { problems, type Router, sendJsonText } from '#server/platform/http/route.ts';
import { createKeptSnapshots } from './kept.ts';
import { BoardGroupSnapshot, BoardGroupSnapshotQuery, BoardSnapshot, GroupSnapshotQuery } from './snapshots.schema.ts';
import { getBoardSnapshot, getGroupSnapshot, getSiblingSnapshot } from './snapshots.service.ts';

const params = z.object({ board_id: z.uuid() });

/** All boards' texts together, in characters. */
const MAX_KEPT_CHARS = 64 << 20;

export function snapshotsRoutes(router: Router): void {
  const kept = createKeptSnapshots(MAX_KEPT_CHARS);
  router.get(
    '/boards/:board_id/snapshot',
    {
      config: { access: 'board-work:read' },
      schema: {
        operationId: 'getBoardSnapshot',
        tags: ['boards'],
        summary: 'A board with its tasks, agents, approvals and chat, and the cursor for its streams.',
        params,
        response: { 200: BoardSnapshot, ...problems(403, 404) },
      },
    },
    async ({ ctx, params: { board_id } }, reply) => sendJsonText(reply, await getBoardSnapshot(ctx, board_id, kept)),
  );

  router.get(
    '/boards/:board_id/group-snapshot',
    {
      config: { access: 'board-work:read' },
      schema: {
        ...agentOperation({
          roles: ['lead', 'worker'],
          intent: 'agent_board_discovery',
          whenToUse: ['You need to know what the other boards of your group work on.'],
          whenNotToUse: ['You need the tasks of your own board: list them.'],
          routing: ['Ask for counts only (per_board_task_limit=0) when numbers are enough.'],
          examples: [{ intent: 'see what other boards work on', decision: 'getSiblingSnapshot' }],
        }),
        operationId: 'getSiblingSnapshot',
        summary: "The other boards of a board's group, with their first tasks.",
        params,
        querystring: BoardGroupSnapshotQuery,
        response: { 200: BoardGroupSnapshot, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { board_id }, query }) => getSiblingSnapshot(ctx, board_id, query),
  );

  router.get(
    '/board-groups/:group_id/snapshot',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'getBoardGroupSnapshot',
        tags: ['board-groups'],
        summary: 'The boards of a group that you may read, with their first tasks.',
        params: z.object({ group_id: z.uuid() }),
        querystring: GroupSnapshotQuery,
        response: { 200: BoardGroupSnapshot, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { group_id }, query }) => getGroupSnapshot(ctx, group_id, query),
  );
}
