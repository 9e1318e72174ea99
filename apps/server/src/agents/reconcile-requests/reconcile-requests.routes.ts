import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { resetAgentSession, retryAgent, wakeAgent } from './reconcile-requests.service.ts';

const tags = ['agents'];
const params = z.object({ agent_id: z.uuid() });
const response = { 202: z.object({ job_id: z.uuid() }), ...problems(403, 404, 422) };

export function requestsRoutes(router: Router): void {
  router.post(
    '/agents/:agent_id/wake',
    {
      config: { access: 'agents:write' },
      schema: { operationId: 'wakeAgent', tags, summary: 'Send the message that wakes an agent.', params, response },
    },
    async ({ ctx, params: { agent_id } }, reply) => reply.code(202).send({ job_id: await wakeAgent(ctx, agent_id) }),
  );

  router.post(
    '/agents/:agent_id/session/reset',
    {
      config: { access: 'agents:write' },
      schema: {
        operationId: 'resetAgentSession',
        tags,
        summary: 'Begin an agent’s session anew: its history goes, its files and its credential stay.',
        params,
        response,
      },
    },
    async ({ ctx, params: { agent_id } }, reply) =>
      reply.code(202).send({ job_id: await resetAgentSession(ctx, agent_id) }),
  );

  router.post(
    '/agents/:agent_id/retry',
    {
      config: { access: 'agents:write' },
      schema: { operationId: 'retryAgent', tags, summary: 'Provision an agent again now.', params, response },
    },
    async ({ ctx, params: { agent_id } }, reply) => reply.code(202).send({ job_id: await retryAgent(ctx, agent_id) }),
  );
}
