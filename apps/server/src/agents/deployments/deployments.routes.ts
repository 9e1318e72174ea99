import { z } from 'zod';
import type { Context } from '#server/platform/context.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { notFound } from '#server/platform/problem.ts';
import { findAgentRow } from '../registry/agent-rows.store.ts';
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
    ({ ctx, query }) => listPage(ctx, query),
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
  addOfAgent(router);
  addMoves(router);
}

/** The same, below the agent. */
function addOfAgent(router: Router): void {
  router.get(
    '/agents/:agent_id/deployments',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'listAgentDeployments',
        tags,
        summary: 'Every move of the version pointer of an agent, newest first.',
        params: z.object({ agent_id: z.uuid() }),
        querystring: DeploymentQuery.omit({ agent_id: true }),
        response: { 200: DeploymentPage, ...problems(404) },
      },
    },
    async ({ ctx, params: { agent_id: agentId }, query }) => {
      if (!(await findAgentRow(ctx, agentId))) throw notFound('agent', agentId);
      return listPage(ctx, { ...query, agent_id: agentId });
    },
  );

  router.get(
    '/agents/:agent_id/deployments/:id',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'getAgentDeployment',
        tags,
        summary: 'One deployment of an agent.',
        params: z.object({ agent_id: z.uuid(), id: z.uuid() }),
        response: { 200: DeploymentDetail, ...problems(404) },
      },
    },
    async ({ ctx, params: { agent_id, id } }) => {
      const deployment = await getDeploymentDetail(ctx, id);
      if (deployment.agent_id !== agent_id) throw notFound('deployment', id);
      return deployment;
    },
  );
}

async function listPage(ctx: Context, { agent_id, status, cursor, limit }: DeploymentQuery) {
  const after = parseCursor(cursor, [z.iso.datetime(), z.uuid()]);
  const found = await listDeployments(ctx, { agentId: agent_id, status }, after, limit);
  return toPage(found, limit, ({ created_at, id }) => [created_at, id]);
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
