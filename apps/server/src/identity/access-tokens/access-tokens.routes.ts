import { z } from 'zod';
import { CursorQuery } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { AccessTokenCreate, AccessTokenPage, AccessTokenRead } from './access-tokens.schema.ts';
import { createAccessToken, revokeAccessToken } from './access-tokens.service.ts';
import { listAccessTokens } from './access-tokens.store.ts';

const tags = ['users'];

/** Tokens that people make for their own programs. */
export function accessTokensRoutes(router: Router): void {
  router.get(
    '/users/me/tokens',
    {
      config: { access: 'self:read' },
      schema: {
        operationId: 'listAccessTokens',
        tags,
        summary: 'The caller’s personal access tokens for the active organization, newest first.',
        querystring: CursorQuery,
        response: { 200: AccessTokenPage },
      },
    },
    async ({ ctx, query: { cursor, limit } }) => {
      const after = parseCursor(cursor, [z.uuid()])?.[0];
      const { items, next_cursor } = toPage(await listAccessTokens(ctx, after, limit), limit, ({ id }) => [id]);
      return { items: items.map((row) => ({ ...row, token: null })), next_cursor };
    },
  );

  router.post(
    '/users/me/tokens',
    {
      config: { access: 'account:manage' },
      schema: {
        operationId: 'createAccessToken',
        tags,
        summary: 'Make a personal access token. It is shown in this answer only.',
        body: AccessTokenCreate,
        response: { 201: AccessTokenRead },
      },
    },
    async ({ ctx, body }, reply) => reply.code(201).send(await createAccessToken(ctx, body)),
  );

  router.delete(
    '/users/me/tokens/:id',
    {
      config: { access: 'account:manage' },
      schema: {
        operationId: 'deleteAccessToken',
        tags,
        summary: 'Revoke a personal access token; sessions that it opened end.',
        params: z.object({ id: z.uuid() }),
        response: { 204: z.null(), ...problems(404) },
      },
    },
    async ({ ctx, params: { id } }, reply) => {
      await revokeAccessToken(ctx, id);
      return reply.code(204).send(null);
    },
  );
}
