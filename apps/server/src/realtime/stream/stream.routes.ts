import { z } from 'zod';
import { assertBoardAccess, hasRole } from '#server/identity/index.ts';
import type { Caller } from '#server/platform/context.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { openSse } from '#server/platform/http/sse.ts';
import { forbidden, Problem } from '#server/platform/problem.ts';
import { isValidGraphTopic } from '../graph/graph-topic.ts';
import type { Hub } from '../hub/hub.ts';
import { serveStream } from './serve.ts';
import { eventStream, Since } from './stream.schema.ts';
import { isFleetTopic, isGraphTopic, isWorkTopic, parseTopics } from './topics.rules.ts';

const access = 'stream:read';

/** `GET /stream`: everything that a session may see change, in one connection. */
export const streamRoutes = (hub: Hub) => (router: Router) => {
  router.get(
    '/stream',
    {
      config: { access },
      schema: {
        operationId: 'stream',
        tags: ['realtime'],
        summary: 'Everything that changes, as server-sent events; resumes by Last-Event-ID.',
        querystring: z.object({
          topics: z
            .string()
            .max(4000)
            .describe(
              'Comma list of tasks, comments, approvals, memory, group_memory, agents, activity, jobs; and, for admins, anomalies, breakers, graph (or graph:<query of GET /graph>), health, policies, runs, run:<id>, violations.',
            ),
          board_id: z.uuid().optional().describe('Only what is about this board.'),
          since: Since,
        }),
        response: { ...eventStream, ...problems(401, 403, 404, 422) },
      },
    },
    async (request, reply) => {
      const { board_id: boardId, since } = request.query;
      const topics = parseTopics(request.query.topics);
      if (!topics || [...topics].some((topic) => isGraphTopic(topic) && !isValidGraphTopic(topic)))
        throw new Problem('request.invalid', 422, 'topics: there is one that this stream does not have.');
      assertTopics(request.ctx.caller, topics);
      if (boardId !== undefined) await assertBoardAccess(request.ctx, boardId, 'read');
      const claim = { access, boardId };
      await serveStream(hub, openSse(request, reply), { claim, topics, form: 'session', since });
    },
  );
};

/** What is about the fleet is for admins and keys, what is about work for members. */
function assertTopics(caller: Caller, topics: ReadonlySet<string>): void {
  const isOpen = caller.kind === 'user' ? isWorkTopic : isFleetTopic;
  const isAdmin = caller.kind === 'user' && hasRole(caller.role, 'admin');
  const closed = isAdmin ? undefined : [...topics].find((topic) => !isOpen(topic));
  if (closed !== undefined) throw forbidden(`The topic ${closed} is not open to you.`);
}
