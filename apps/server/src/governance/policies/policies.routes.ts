import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { archivePolicy } from './activations/activations.service.ts';
import { PolicyCreate, PolicyDetail, PolicyQuery, PolicyRead, PolicyUpdate } from './policies.schema.ts';
import { createPolicy, getPolicy, updatePolicy } from './policies.service.ts';
import { listPolicies } from './policies.store.ts';

const tags = ['policies'];
const params = z.object({ policy_id: z.uuid() });

export function policiesRoutes(router: Router): void {
  router.get(
    '/policies',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'listPolicies',
        tags,
        summary: 'Policies by name.',
        querystring: PolicyQuery,
        response: { 200: cursorPage(PolicyRead) },
      },
    },
    async ({ ctx, query }) => {
      const after = parseCursor(query.cursor, [z.string()]);
      return toPage(await listPolicies(ctx, query, after), query.limit, ({ name }) => [name]);
    },
  );

  router.post(
    '/policies',
    {
      config: { access: 'policies:write' },
      schema: {
        operationId: 'createPolicy',
        tags,
        summary: 'Save a policy as version 1; it holds once a version is activated.',
        body: PolicyCreate,
        response: { 201: PolicyDetail, ...problems(409) },
      },
    },
    async ({ ctx, body }, reply) => reply.code(201).send(await createPolicy(ctx, body)),
  );

  router.get(
    '/policies/:policy_id',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'getPolicy',
        tags,
        summary: 'A policy with the text of its latest version and what lint and its tests say.',
        params,
        response: { 200: PolicyDetail, ...problems(404) },
      },
    },
    ({ ctx, params: { policy_id } }) => getPolicy(ctx, policy_id),
  );

  addChanges(router);
}

function addChanges(router: Router): void {
  router.put(
    '/policies/:policy_id',
    {
      config: { access: 'policies:write' },
      schema: {
        operationId: 'updatePolicy',
        tags,
        summary: 'Save the next version; what holds stays as it is.',
        params,
        body: PolicyUpdate,
        response: { 200: PolicyDetail, ...problems(404, 409) },
      },
    },
    ({ ctx, params: { policy_id }, body }) => updatePolicy(ctx, policy_id, body),
  );

  router.delete(
    '/policies/:policy_id',
    {
      config: { access: 'policies:write' },
      schema: {
        operationId: 'archivePolicy',
        tags,
        summary: 'End a policy; its versions stay.',
        params,
        response: { 204: z.null(), ...problems(404, 409) },
      },
    },
    async ({ ctx, params: { policy_id } }, reply) => {
      await archivePolicy(ctx, policy_id);
      return reply.code(204).send(null);
    },
  );
}
