import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { forbidden } from '#server/platform/problem.ts';
import { ApprovalDelegationCreate, ApprovalDelegationQuery, ApprovalDelegationRead } from './delegations.schema.ts';
import { createDelegation, deleteDelegation, isAdmin } from './delegations.service.ts';
import { listDelegations } from './delegations.store.ts';

const tags = ['approvals'];
const config = { access: 'organization:read' };

export function delegationsRoutes(router: Router): void {
  router.post(
    '/approval-delegations',
    {
      config,
      schema: {
        operationId: 'createApprovalDelegation',
        tags,
        summary: 'Lend your voice in joint approvals to another member.',
        body: ApprovalDelegationCreate,
        response: { 201: ApprovalDelegationRead, ...problems(403, 404) },
      },
    },
    async ({ ctx, body }, reply) => reply.code(201).send(await createDelegation(ctx, body)),
  );

  router.get(
    '/approval-delegations',
    {
      config,
      schema: {
        operationId: 'listApprovalDelegations',
        tags,
        summary: 'Voices that the caller lent or got, newest first.',
        querystring: ApprovalDelegationQuery,
        response: { 200: cursorPage(ApprovalDelegationRead), ...problems(403) },
      },
    },
    async ({ ctx, query }) => {
      if (query.all && !isAdmin(ctx)) throw forbidden('Only an admin sees those of others.');
      const after = parseCursor(query.cursor, [z.iso.datetime(), z.uuid()]);
      return toPage(await listDelegations(ctx, query, after), query.limit, ({ created_at, id }) => [created_at, id]);
    },
  );

  router.delete(
    '/approval-delegations/:delegation_id',
    {
      config,
      schema: {
        operationId: 'deleteApprovalDelegation',
        tags,
        summary: 'Take a voice back.',
        params: z.object({ delegation_id: z.uuid() }),
        response: { 204: z.null(), ...problems(403, 404) },
      },
    },
    async ({ ctx, params: { delegation_id } }, reply) => {
      await deleteDelegation(ctx, delegation_id);
      return reply.code(204).send(null);
    },
  );
}
