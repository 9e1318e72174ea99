import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type EventCursor, parseEventCursor } from '#server/platform/events/cursor.ts';
import { readCredentials } from '#server/platform/http/request/credentials.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { formatMessage, openSse, type SseConnection } from '#server/platform/http/sse.ts';
import type { Authenticate } from '#server/platform/principal.ts';
import { Problem } from '#server/platform/problem.ts';
import type { Hub } from './hub.ts';
import { parseTopics } from './stream.rules.ts';

/** How often an open stream asks whether its caller may still listen, besides when access changes. */
const RECHECK_MS = 15_000;

/** A place that no fact has: the client is told to read anew. */
const UNKNOWN: EventCursor = { tx: '0', id: 0 };

/** Open streams, to be ended when the server ends. */
export type OpenStreams = Set<SseConnection>;

/** Whether the credentials that opened a stream still open it. */
export async function mayStillRead(authenticate: Authenticate, request: FastifyRequest): Promise<boolean> {
  try {
    const principal = await authenticate(readCredentials(request));
    return principal?.orgId === request.ctx.orgId && principal.deny(ACCESS) === undefined;
  } catch (error) {
    return !(error instanceof Problem); // refused: no longer; anything else (the database is away) proves nothing
  }
}

const ACCESS = 'stream:read';

export const streamRoutes = (hub: Hub, open: OpenStreams, authenticate: Authenticate) => (router: Router) => {
  router.get(
    '/stream',
    {
      config: { access: ACCESS },
      schema: {
        operationId: 'stream',
        tags: ['realtime'],
        summary: 'Everything that changes, as server-sent events; resumes by Last-Event-ID.',
        querystring: z.object({
          topics: z.string().max(4000).describe('Comma list of agents, health, runs, run:<id>, violations.'),
        }),
        response: { ...problems(401, 403, 422) },
      },
    },
    async (request, reply) => {
      const topics = parseTopics(request.query.topics);
      if (!topics)
        throw new Problem('request.invalid', 422, 'topics: use agents, health, runs, run:<id> or violations.');
      const lastId = request.headers['last-event-id'];
      const from = typeof lastId === 'string' && lastId !== '' ? (parseEventCursor(lastId) ?? UNKNOWN) : undefined;
      const stream = openSse(request, reply);
      const recheck = async () => {
        if (!(await mayStillRead(authenticate, request)))
          stream.end(formatMessage({ event: 'revoked', data: { reason: 'access_changed' } }));
      };
      open.add(stream);
      const timer = setInterval(recheck, RECHECK_MS).unref();
      const left = hub.join({ orgId: request.ctx.orgId, topics, write: stream.write, recheck }, from);
      stream.onClose(() => {
        clearInterval(timer);
        open.delete(stream);
        void left.then((leave) => leave());
      });
      await left;
    },
  );
};
