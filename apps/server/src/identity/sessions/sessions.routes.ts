import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SESSION_COOKIE } from '#server/platform/http/request/credentials.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { hashToken } from '#server/platform/ids.ts';
import { forbidden } from '#server/platform/problem.ts';
import type { Authenticator } from '../authenticate.ts';
import { sessionCookie } from './session-cookie.ts';
import { isOwnOrigin } from './sessions.rules.ts';
import { SessionCreate } from './sessions.schema.ts';
import { createSession } from './sessions.service.ts';
import { removeSession } from './sessions.store.ts';

/** A page of another site may not sign a browser in or out. */
function assertOwnOrigin({ headers, ctx }: FastifyRequest): void {
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, ctx.config.baseUrl, ctx.config.corsOrigins))
    throw forbidden(`Sign in from ${ctx.config.baseUrl}, or set BASE_URL or CORS_ORIGINS to where the console is.`);
}

export const sessionsRoutes = (authenticator: Authenticator) => (router: Router) => {
  router.post(
    '/auth/session',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'createSession',
        tags: ['auth'],
        summary: 'Exchange a sign-in token for the console’s cookie.',
        body: SessionCreate,
        response: { 204: z.null(), ...problems(401, 403, 429) },
      },
    },
    async (request, reply) => {
      assertOwnOrigin(request);
      const { ctx, body, ip } = request;
      const value = await createSession(ctx, await authenticator.signIn(body.token, ip));
      return reply.setCookie(SESSION_COOKIE, value, sessionCookie(ctx.config)).code(204).send(null);
    },
  );

  router.delete(
    '/auth/session',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'deleteSession',
        tags: ['auth'],
        summary: 'End the console session.',
        response: { 204: z.null(), ...problems(403) },
      },
    },
    async (request, reply) => {
      assertOwnOrigin(request);
      const value = request.cookies[SESSION_COOKIE];
      if (value) await removeSession(request.ctx.db, hashToken(value));
      return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204).send(null);
    },
  );
};
