import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { notFound } from '#server/platform/problem.ts';
import { ApprovalRead } from '../../approvals/approvals.schema.ts';
import { findPolicy } from '../policies.store.ts';
import { PolicyExceptionCreate, PolicyExceptionQuery, PolicyExceptionRead } from './exceptions.schema.ts';
import { createException, deleteException } from './exceptions.service.ts';
import { listExceptions } from './exceptions.store.ts';

const tags = ['policies'];
const params = z.object({ policy_id: z.uuid() });

export function exceptionsRoutes(router: Router): void {
  router.get(
    '/policies/:policy_id/exceptions',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'listPolicyExceptions',
        tags,
        summary: 'Exceptions that still count, newest first.',
        params,
        querystring: PolicyExceptionQuery,
        response: { 200: cursorPage(PolicyExceptionRead), ...problems(404) },
      },
    },
    async ({ ctx, params: { policy_id }, query }) => {
      if (!(await findPolicy(ctx, policy_id))) throw notFound('policy', policy_id);
      const after = parseCursor(query.cursor, [z.iso.datetime(), z.uuid()]);
      const rows = await listExceptions(ctx, policy_id, { ...query, after });
      return toPage(rows, query.limit, ({ created_at, id }) => [created_at, id]);
    },
  );

  router.post(
    '/policies/:policy_id/exceptions',
    {
      config: { access: 'policies:except' },
      schema: {
        operationId: 'createPolicyException',
        tags,
        summary: 'Let a rule not count for one agent for a time.',
        params,
        body: PolicyExceptionCreate,
        response: {
          201: PolicyExceptionRead,
          202: ApprovalRead.describe('Another admin must agree first; the server makes it then.'),
          ...problems(403, 404, 409),
        },
      },
    },
    async ({ ctx, params: { policy_id }, body }, reply) => {
      const done = await createException(ctx, policy_id, body);
      return 'exception' in done ? reply.code(201).send(done.exception) : reply.code(202).send(done.approval);
    },
  );

  router.delete(
    '/policies/:policy_id/exceptions/:exception_id',
    {
      config: { access: 'policies:except' },
      schema: {
        operationId: 'deletePolicyException',
        tags,
        summary: 'Let the rule count again.',
        params: params.extend({ exception_id: z.uuid() }),
        response: { 204: z.null(), ...problems(403, 404, 409) },
      },
    },
    async ({ ctx, params: { policy_id, exception_id } }, reply) => {
      await deleteException(ctx, policy_id, exception_id);
      return reply.code(204).send(null);
    },
  );
}
