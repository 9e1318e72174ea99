import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { AgentRead } from '../registry/agents.schema.ts';
import { AgentHeartbeat, AgentHeartbeatCreate } from './check-ins.schema.ts';
import { checkInAs, checkInByName } from './check-ins.service.ts';

const tags = ['agents'];

export function checkInsRoutes(router: Router): void {
  router.post(
    '/agents/heartbeat',
    {
      config: { access: 'admin-or-agent' },
      schema: {
        operationId: 'checkInByName',
        tags,
        summary: 'A sign of life of the calling agent, or of the one that an admin names; made when there is none.',
        body: AgentHeartbeatCreate,
        response: { 200: AgentRead, ...problems(403, 404, 409, 422) },
      },
    },
    ({ ctx, body }) => checkInByName(ctx, body),
  );

  router.post(
    '/agents/:agent_id/heartbeat',
    {
      config: { access: 'admin-or-agent' },
      schema: {
        operationId: 'checkIn',
        tags,
        summary: 'A sign of life of an agent, by itself or by an admin.',
        params: z.object({ agent_id: z.uuid() }),
        body: AgentHeartbeat,
        response: { 200: AgentRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params, body }) => checkInAs(ctx, params.agent_id, body.status),
  );
}
