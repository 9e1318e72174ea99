import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Config } from '#server/platform/config.ts';
import { SESSION_COOKIE } from '#server/platform/http/request/credentials.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { sessionCookie } from '../sessions/session-cookie.ts';
import { createSession } from '../sessions/sessions.service.ts';
import { toReturnPath } from './login.rules.ts';
import type { IdentityProvider } from './provider.ts';

const CALLBACK = '/api/v1/auth/callback';
const PENDING_COOKIE = 'mc_login';

/** Lax: the provider's page sends the browser back here, which is a navigation from another site. */
const pendingCookie = ({ baseUrl }: Config): CookieSerializeOptions => ({
  httpOnly: true,
  sameSite: 'lax',
  secure: baseUrl.startsWith('https:'),
  path: CALLBACK,
});

/** How people of this deployment sign in. */
const AuthMode = z
  .object({
    mode: z.enum(['local', 'oidc', 'clerk']),
    login: z.boolean().describe('Whether GET /auth/login leads to the identity provider.'),
  })
  .meta({ id: 'AuthMode' });

export const loginRoutes = (provider: IdentityProvider | undefined) => (router: Router) => {
  router.get(
    '/auth/mode',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getAuthMode',
        tags: ['auth'],
        summary: 'How people sign in here.',
        response: { 200: AuthMode },
      },
    },
    ({ ctx }) => ({ mode: ctx.config.authMode, login: provider?.login !== undefined }),
  );

  router.get(
    '/auth/login',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'beginLogin',
        tags: ['auth'],
        summary: 'Sends the browser to the identity provider.',
        querystring: z.object({ return_to: z.string().max(2000).optional().describe('A page of the console.') }),
        response: { 302: z.null(), ...problems(404, 503) },
      },
    },
    async ({ ctx, query }, reply) => {
      if (!provider?.login) throw notFound('route', 'GET /auth/login');
      const { url, pending, maxAgeS } = await provider.login.begin(toReturnPath(query.return_to, ctx.config.baseUrl));
      return reply
        .setCookie(PENDING_COOKIE, pending, { ...pendingCookie(ctx.config), maxAge: maxAgeS })
        .header('cache-control', 'no-store')
        .redirect(url, 302);
    },
  );

  router.get(
    '/auth/callback',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'endLogin',
        tags: ['auth'],
        summary: 'Where the identity provider sends the browser back to; ends in a session, or at the sign-in page.',
        response: { 302: z.null(), ...problems(404) },
      },
    },
    async ({ ctx, url, cookies }, reply) => {
      if (!provider?.login) throw notFound('route', 'GET /auth/callback');
      reply.clearCookie(PENDING_COOKIE, pendingCookie(ctx.config)).header('cache-control', 'no-store');
      try {
        const { claims, returnTo } = await provider.login.finish(url.split('?')[1] ?? '', cookies[PENDING_COOKIE]);
        const userId = await provider.getUserOfClaims(claims);
        const session = await createSession(ctx, { userId, accessTokenId: null });
        return reply.setCookie(SESSION_COOKIE, session, sessionCookie(ctx.config)).redirect(returnTo, 302);
      } catch (error) {
        return toSignInPage(reply, error);
      }
    },
  );
};

/** A person looks at the answer: they see it where they can try again. */
function toSignInPage(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof Problem)) throw error;
  return reply.redirect(`/sign-in?error=${error.code}`, 302);
}
