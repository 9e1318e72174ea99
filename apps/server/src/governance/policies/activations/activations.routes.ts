import { z } from 'zod';
import { CursorQuery, cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { notFound } from '#server/platform/problem.ts';
import { ApprovalRead } from '../../approvals/approvals.schema.ts';
import { PolicyRead } from '../policies.schema.ts';
import { findPolicy } from '../policies.store.ts';
import { rollBackPolicy } from '../rollbacks/rollbacks.service.ts';
import { PolicyActivate, PolicyActivation, PolicyRollback, PolicyRollbackResult } from './activations.schema.ts';
import { activatePolicy } from './activations.service.ts';
import { listActivations } from './activations.store.ts';

const tags = ['policies'];
const params = z.object({ policy_id: z.uuid() });

export function activationsRoutes(router: Router): void {
  router.post(
    '/policies/:policy_id/activate',
    {
      config: { access: 'policies:write' },
      schema: {
        operationId: 'activatePolicy',
        tags,
        summary: 'Make a version hold: lint must be without errors and its tests pass.',
        params,
        body: PolicyActivate,
        response: {
          200: PolicyRead,
          202: ApprovalRead.describe('Another admin must agree first; the server activates it then.'),
          ...problems(404, 409, 422),
        },
      },
    },
    async ({ ctx, params: { policy_id }, body }, reply) => {
      const done = await activatePolicy(ctx, policy_id, body);
      return 'policy' in done ? done.policy : reply.code(202).send(done.approval);
    },
  );

  router.post(
    '/policies/:policy_id/rollback',
    {
      config: { access: 'policies:write' },
      schema: {
        operationId: 'rollBackPolicy',
        tags,
        summary: 'Put the version that held before back, and be told which recorded decisions would flip.',
        params,
        body: PolicyRollback,
        response: { 200: PolicyRollbackResult, ...problems(404, 409) },
      },
    },
    ({ ctx, params: { policy_id }, body }) => rollBackPolicy(ctx, policy_id, body),
  );

  router.get(
    '/policies/:policy_id/activations',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'listPolicyActivations',
        tags,
        summary: 'Which version held when, newest first.',
        params,
        querystring: CursorQuery,
        response: { 200: cursorPage(PolicyActivation), ...problems(404) },
      },
    },
    async ({ ctx, params: { policy_id }, query: { cursor, limit } }) => {
      if (!(await findPolicy(ctx, policy_id))) throw notFound('policy', policy_id);
      const before = parseCursor(cursor, [z.int()])?.[0];
      return toPage(await listActivations(ctx, policy_id, { limit, before }), limit, ({ number }) => [number]);
    },
  );
}
