import { z } from 'zod';
import { expectedVersion } from '#server/platform/http/request/version.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { AgentRead } from '../registry/agents.schema.ts';
import { deleteAgent } from '../removal/removal.service.ts';
import { updateAgent } from '../updates/updates.service.ts';
import { AgentCreate, AgentUpdate, AgentUpdateQuery } from './lifecycle.schema.ts';
import { createAgent } from './lifecycle.service.ts';

const tags = ['agents'];
const params = z.object({ agent_id: z.uuid() });

export function lifecycleRoutes(router: Router): void {
  router.post(
    '/agents',
    {
      config: { access: 'admin-or-agent' },
      schema: {
        operationId: 'createAgent',
        tags,
        summary: 'Make a worker on a board; it is provisioned on the board’s gateway by a job.',
        body: AgentCreate,
        response: { 200: AgentRead, ...problems(403, 404, 409, 422) },
      },
    },
    ({ ctx, body }) => createAgent(ctx, body),
  );

  router.patch(
    '/agents/:agent_id',
    {
      config: { access: 'agents:write' },
      schema: {
        operationId: 'updateAgent',
        tags,
        summary: 'Change an agent; what its gateway must know reaches it by a job.',
        params,
        querystring: AgentUpdateQuery,
        body: AgentUpdate,
        response: { 200: AgentRead, ...problems(403, 404, 409, 422) },
      },
    },
    (request) => {
      const { ctx, params, body, query } = request;
      return updateAgent(ctx, params.agent_id, body, { force: query.force, version: expectedVersion(request) });
    },
  );

  router.delete(
    '/agents/:agent_id',
    {
      config: { access: 'agents:write' },
      schema: {
        operationId: 'deleteAgent',
        tags,
        summary: 'Delete an agent; what stands on its gateway is cleaned up later. Unknown ids are fine.',
        params,
        response: { 200: OkResponse, ...problems(403, 409) },
      },
    },
    async (request) => {
      await deleteAgent(request.ctx, request.params.agent_id, expectedVersion(request));
      return OK;
    },
  );
}
