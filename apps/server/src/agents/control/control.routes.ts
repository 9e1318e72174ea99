import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { AgentRead } from '../registry/agents.schema.ts';
import { CONTROL_ACTIONS, type ControlAction } from './control.rules.ts';
import { controlAgent } from './control.service.ts';

const SUMMARY: Record<ControlAction, string> = {
  pause: 'Refuse new runs; running ones finish.',
  resume: 'Let go of the manual pause.',
  drain: 'Refuse new runs and pause when the running ones have ended.',
  retire: 'Take the agent out of service for good.',
  restore: 'Bring a retired agent back, paused.',
};

const ControlRequest = z
  .object({
    reason: z.string().trim().min(1).max(2000),
    abort: z.boolean().default(false).describe('Of a pause: end what runs, too.'),
    hard: z
      .boolean()
      .default(false)
      .describe('Of a pause, for agents of gateways: end what runs at once, and refuse commands there.'),
    deadline_s: z.int().min(1).max(86_400).default(300).describe('Of a drain: what still runs by then is ended.'),
  })
  .meta({ id: 'ControlRequest' });

export function controlRoutes(router: Router): void {
  for (const action of CONTROL_ACTIONS)
    router.post(
      `/agents/:agent_id/${action}`,
      {
        config: { access: 'agent:control' },
        schema: {
          operationId: `${action}Agent`,
          tags: ['agents'],
          summary: SUMMARY[action],
          params: z.object({ agent_id: z.uuid() }),
          body: ControlRequest,
          response: { 200: AgentRead, ...problems(404, 409) },
        },
      },
      ({ ctx, params: { agent_id }, body }) => controlAgent(ctx, agent_id, action, body),
    );
}
