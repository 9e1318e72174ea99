import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import {
  ActivateRequest,
  Deployment,
  DeploymentDetail,
  DeploymentPage,
  DeploymentQuery,
  RollbackRequest,
} from './deployments.schema.ts';
import { activateVersion, getDeploymentDetail, rollBackAgent } from './deployments.service.ts';
import { listDeployments } from './deployments.store.ts';

const tags = ['deployments'];

export function deploymentsRoutes(router: Router): void {
  router.get(
    '/deployments',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'listDeployments',
        tags,
        summary: 'Every move of a version pointer, newest first.',
        querystring: DeploymentQuery,
        response: { 200: DeploymentPage },
      },
    },
    async ({ ctx, query: { cursor, limit, agent_id, status } }) => {
      const after = parseCursor(cursor, [z.iso.datetime(), z.uuid()]);
      const found = await listDeployments(ctx, { agentId: agent_id, status }, after, limit);
      return toPage(found, limit, ({ created_at, id }) => [created_at, id]);
    },
  );

  router.get(
    '/deployments/:id',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'getDeployment',
        tags,
        summary: 'One deployment with the calls of its target and where the processes are now.',
        params: z.object({ id: z.uuid() }),
        response: { 200: DeploymentDetail, ...problems(404) },
      },
    },
    ({ ctx, params: { id } }) => getDeploymentDetail(ctx, id),
  );
  addMoves(router);
}

function addMoves(router: Router): void {
  router.post(
    '/agents/:agent_id/versions/:version_id/activate',
    {
      config: { access: 'agent:control' },
      schema: {
        operationId: 'activateAgentVersion',
        tags,
        summary: 'Make a version the active one; its target swaps the processes.',
        params: z.object({ agent_id: z.uuid(), version_id: z.uuid() }),
        body: ActivateRequest,
        response: { 202: Deployment, ...problems(404, 409) },
      },
    },
    async ({ ctx, params: { agent_id, version_id }, body }, reply) =>
      reply.code(202).send(await activateVersion(ctx, { agentId: agent_id, versionId: version_id }, body)),
  );

  router.post(
    '/agents/:agent_id/rollback',
    {
      config: { access: 'agent:control' },
      schema: {
        operationId: 'rollBackAgent',
        tags,
        summary: 'Back to the version that was active before, in one operation.',
        params: z.object({ agent_id: z.uuid() }),
        body: RollbackRequest,
        response: { 202: Deployment, ...problems(404, 409) },
      },
    },
    async ({ ctx, params: { agent_id }, body }, reply) =>
      reply.code(202).send(await rollBackAgent(ctx, agent_id, body)),
  );
}
