import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { deleteAccount } from './accounts.service.ts';

export function accountsRoutes(router: Router): void {
  router.delete(
    '/users/me',
    {
      config: { access: 'account:manage' },
      schema: {
        operationId: 'deleteMe',
        tags: ['users'],
        summary: 'Delete one’s account, with the organizations where nobody else is.',
        response: { 200: OkResponse, ...problems(422, 502) },
      },
    },
    async ({ ctx }) => {
      await deleteAccount(ctx);
      return OK;
    },
  );
}
