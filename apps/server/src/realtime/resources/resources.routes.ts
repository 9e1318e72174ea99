import { z } from 'zod';
import { getGroup } from '#server/boards/index.ts';
import { assertBoardAccess } from '#server/identity/index.ts';
import { type AgentOperation, agentOperation } from '#server/platform/http/agent-operation.ts';
import { Flag } from '#server/platform/http/fields.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { openSse, type SseConnection } from '#server/platform/http/sse.ts';
import type { Hub } from '../hub/hub.ts';
import type { StreamItem } from '../hub/items.ts';
import { type StreamRequest, serveStream } from '../stream/serve.ts';
import { eventStream, Since } from '../stream/stream.schema.ts';

const response = { ...eventStream, ...problems(401, 403, 404, 422) };
const boardParams = z.object({ board_id: z.uuid() });
const SinceQuery = z.object({ since: Since });
const OrganizationQuery = SinceQuery.extend({ board_id: z.uuid().optional() });
const MemoryQuery = SinceQuery.extend({
  is_chat: Flag.optional().describe('Only chat, or only what is not.'),
});

const BOARD_WORK = 'board-work:read';

const LISTEN_TO_GROUP: AgentOperation = {
  roles: ['lead', 'worker'],
  intent: 'agent_board_group_memory_stream',
  whenToUse: ['You keep a connection open and want to hear what the boards of your group say as they say it.'],
  whenNotToUse: ['You want to read what was said before: list the memory of the group.'],
  routing: ['Choose this to be told of what is new; choose listGroupMemoryOfBoard to read what there is.'],
  examples: [{ intent: 'wait for an answer of another board in the group', decision: 'agent_stream_group_memory' }],
};

type Serve = (
  connection: SseConnection,
  topic: string,
  request: Omit<StreamRequest, 'topics' | 'form'>,
) => Promise<void>;

/** The streams of one resource each, in the form that clients of the work contract read. */
export function resourceRoutes(hub: Hub) {
  const serve: Serve = (connection, topic, request) =>
    serveStream(hub, connection, { ...request, topics: new Set([topic]), form: 'resource' });
  return (router: Router) => {
    addOrganizationStreams(router, serve);
    addBoardStreams(router, serve);
    addMemoryStreams(router, serve);
  };
}

function addOrganizationStreams(router: Router, serve: Serve): void {
  router.get(
    '/activity/task-comments/stream',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'streamTaskComments',
        tags: ['activity'],
        summary: 'Comments of all readable boards as they are made.',
        querystring: OrganizationQuery,
        response,
      },
    },
    async (request, reply) => {
      const { board_id: boardId, since } = request.query;
      if (boardId !== undefined) await assertBoardAccess(request.ctx, boardId, 'read');
      await serve(openSse(request, reply), 'comments', { claim: { access: 'organization:read', boardId }, since });
    },
  );
  router.get(
    '/agents/stream',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'streamAgents',
        tags: ['agents'],
        summary: 'Agents of readable boards, and main agents, as their shown state changes.',
        querystring: OrganizationQuery,
        response,
      },
    },
    async (request, reply) => {
      const { board_id: boardId, since } = request.query;
      if (boardId !== undefined) await assertBoardAccess(request.ctx, boardId, 'read');
      const claim = { access: 'organization:manage', boardId };
      await serve(openSse(request, reply), 'agents', { claim, since });
    },
  );
}

function addBoardStreams(router: Router, serve: Serve): void {
  for (const [topic, operationId] of [
    ['tasks', 'streamTasks'],
    ['approvals', 'streamApprovals'],
  ] as const)
    router.get(
      `/boards/:board_id/${topic}/stream`,
      {
        config: { access: BOARD_WORK },
        schema: {
          operationId,
          tags: [topic],
          summary: `The ${topic} of a board as they change.`,
          params: boardParams,
          querystring: SinceQuery,
          response,
        },
      },
      (request, reply) => {
        const claim = { access: BOARD_WORK, pathBoardId: request.params.board_id };
        return serve(openSse(request, reply), topic, { claim, since: request.query.since });
      },
    );
}

function addMemoryStreams(router: Router, serve: Serve): void {
  router.get(
    '/boards/:board_id/memory/stream',
    {
      config: { access: BOARD_WORK },
      schema: {
        operationId: 'streamBoardMemory',
        tags: ['memory'],
        summary: 'The memory of a board as it grows.',
        params: boardParams,
        querystring: MemoryQuery,
        response,
      },
    },
    (request, reply) => {
      const { since, is_chat } = request.query;
      const claim = { access: BOARD_WORK, pathBoardId: request.params.board_id };
      return serve(openSse(request, reply), 'memory', { claim, since, accepts: hasChat(is_chat) });
    },
  );
  router.get(
    '/boards/:board_id/group-memory/stream',
    {
      config: { access: BOARD_WORK },
      schema: {
        ...agentOperation(LISTEN_TO_GROUP),
        operationId: 'agent_stream_group_memory',
        summary: 'The memory of the group that a board is in, as it grows.',
        params: boardParams,
        querystring: MemoryQuery,
        response,
      },
    },
    (request, reply) => {
      const { since, is_chat } = request.query;
      const claim = { access: BOARD_WORK, pathBoardId: request.params.board_id };
      return serve(openSse(request, reply), 'group_memory', { claim, since, accepts: hasChat(is_chat) });
    },
  );
  router.get(
    '/board-groups/:group_id/memory/stream',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'streamBoardGroupMemory',
        tags: ['memory'],
        summary: 'The memory of a board group as it grows.',
        params: z.object({ group_id: z.uuid() }),
        querystring: MemoryQuery,
        response,
      },
    },
    async (request, reply) => {
      const { since, is_chat } = request.query;
      const { group_id: groupId } = request.params;
      await getGroup(request.ctx, groupId, 'read');
      const claim = { access: 'organization:read', groupId };
      await serve(openSse(request, reply), 'group_memory', { claim, since, accepts: hasChat(is_chat) });
    },
  );
}

/** Leaves out rows that are not (or are) chat. */
const hasChat =
  (isChat: boolean | undefined) =>
  ({ data }: StreamItem): boolean => {
    const { memory = data } = data as { memory?: object };
    return isChat === undefined || !('is_chat' in memory) || memory.is_chat === isChat;
  };
