import { z } from 'zod';
import { CursorQuery } from '#server/platform/http/page.schema.ts';
import { expectedVersion } from '#server/platform/http/request/version.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import {
  DeployTarget,
  DeployTargetCreate,
  DeployTargetCreated,
  DeployTargetPage,
  DeployTargetTest,
  DeployTargetUpdate,
} from './deploy-targets.schema.ts';
import {
  createDeployTarget,
  deleteDeployTarget,
  getDeployTarget,
  testDeployTarget,
  updateDeployTarget,
} from './deploy-targets.service.ts';
import { listDeployTargets } from './deploy-targets.store.ts';

const config = { access: 'organization:manage' };
const tags = ['deploy-targets'];
const params = z.object({ id: z.uuid() });

export function deployTargetsRoutes(router: Router): void {
  router.get(
    '/deploy-targets',
    {
      config,
      schema: {
        operationId: 'listDeployTargets',
        tags,
        summary: 'Where versions are put into effect, newest first.',
        querystring: CursorQuery,
        response: { 200: DeployTargetPage },
      },
    },
    async ({ ctx, query: { cursor, limit } }) => {
      const after = parseCursor(cursor, [z.iso.datetime(), z.uuid()]);
      return toPage(await listDeployTargets(ctx, after, limit), limit, ({ created_at, id }) => [created_at, id]);
    },
  );

  router.post(
    '/deploy-targets',
    {
      config,
      schema: {
        operationId: 'createDeployTarget',
        tags,
        summary: 'Add a place where versions are put into effect. A secret made here is shown in this answer only.',
        body: DeployTargetCreate,
        response: { 201: DeployTargetCreated, ...problems(403, 409, 422) },
      },
    },
    async ({ ctx, body }, reply) => reply.code(201).send(await createDeployTarget(ctx, body)),
  );

  router.get(
    '/deploy-targets/:id',
    {
      config,
      schema: {
        operationId: 'getDeployTarget',
        tags,
        summary: 'One deployment target.',
        params,
        response: { 200: DeployTarget, ...problems(404) },
      },
    },
    ({ ctx, params: { id } }) => getDeployTarget(ctx, id),
  );
  addChanges(router);
}

function addChanges(router: Router): void {
  router.patch(
    '/deploy-targets/:id',
    {
      config,
      schema: {
        operationId: 'updateDeployTarget',
        tags,
        summary: 'Change a deployment target.',
        params,
        body: DeployTargetUpdate,
        response: { 200: DeployTarget, ...problems(403, 404, 409, 422) },
      },
    },
    (request) => {
      const place = { id: request.params.id, version: expectedVersion(request) };
      return updateDeployTarget(request.ctx, place, request.body);
    },
  );

  router.delete(
    '/deploy-targets/:id',
    {
      config,
      schema: {
        operationId: 'deleteDeployTarget',
        tags,
        summary: 'Forget a deployment target; its versions fall back to the target of their agent.',
        params,
        response: { 204: z.null(), ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      await deleteDeployTarget(request.ctx, { id: request.params.id, version: expectedVersion(request) });
      return reply.code(204).send(null);
    },
  );

  router.post(
    '/deploy-targets/:id/test',
    {
      config,
      schema: {
        operationId: 'testDeployTarget',
        tags,
        summary: 'Try a target: a webhook gets a call of kind "test", a workload is read, a program is looked for.',
        params,
        response: { 200: DeployTargetTest, ...problems(404) },
      },
    },
    ({ ctx, params: { id } }) => testDeployTarget(ctx, id),
  );
}
