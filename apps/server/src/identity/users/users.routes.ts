import type { Router } from '#server/platform/http/route.ts';
import { UserRead, UserUpdate } from './users.schema.ts';
import { getUser, updateUser } from './users.service.ts';

export function usersRoutes(router: Router): void {
  router.post(
    '/auth/bootstrap',
    {
      config: { access: 'self:read' },
      schema: {
        operationId: 'bootstrap',
        tags: ['auth'],
        summary: 'The caller; makes the user and an organization on first use.',
        response: { 200: UserRead },
      },
    },
    ({ ctx }) => getUser(ctx),
  );

  router.get(
    '/users/me',
    {
      config: { access: 'self:read' },
      schema: { operationId: 'getMe', tags: ['users'], summary: 'The caller.', response: { 200: UserRead } },
    },
    ({ ctx }) => getUser(ctx),
  );

  router.patch(
    '/users/me',
    {
      config: { access: 'self:write' },
      schema: {
        operationId: 'updateMe',
        tags: ['users'],
        summary: 'Set fields of one’s own profile.',
        body: UserUpdate,
        response: { 200: UserRead },
      },
    },
    ({ ctx, body }) => updateUser(ctx, body),
  );
}
