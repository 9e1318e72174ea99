import { z } from 'zod';
import { HeartbeatEstimate } from '#server/agents/index.ts';
import { agentOperation } from '#server/platform/http/agent-operation.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import {
  BoardGroupHeartbeatApply,
  BoardGroupHeartbeatApplyResult,
  GroupHeartbeatQuery,
} from './group-heartbeats.schema.ts';
import { applyHeartbeat, estimateHeartbeat } from './group-heartbeats.service.ts';

export function groupHeartbeatsRoutes(router: Router): void {
  router.post(
    '/board-groups/:group_id/heartbeat',
    {
      config: { access: 'member-or-agent' },
      schema: {
        ...agentOperation({
          roles: ['lead'],
          intent: 'agent_management',
          whenToUse: ['Every agent of the group is to be woken by schedule at another pace, or not at all.'],
          whenNotToUse: ['One agent is meant: change that agent.'],
          actor: 'board_lead',
          sideEffects: [
            'Each scheduled turn costs a model call. The pace is written to the gateways once they are connected.',
          ],
          never: ['Do not quicken the pace without a reason: it burns quota.'],
          routing: ['Prefer off: agents are woken when there is work.'],
          examples: [
            { intent: 'stop scheduled turns of the group', privilege: 'board_lead', decision: 'applyGroupHeartbeat' },
          ],
        }),
        operationId: 'applyGroupHeartbeat',
        summary: 'Give the agents of a group one pace of scheduled turns.',
        params: z.object({ group_id: z.uuid() }),
        body: BoardGroupHeartbeatApply,
        response: { 200: BoardGroupHeartbeatApplyResult, ...problems(403, 404, 422) },
      },
    },
    ({ ctx, params: { group_id }, body }) => applyHeartbeat(ctx, group_id, body),
  );

  router.get(
    '/board-groups/:group_id/heartbeat/estimate',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'estimateGroupHeartbeat',
        tags: ['board-groups'],
        summary: 'What one pace of scheduled turns for a group would cost, and whose it would stop.',
        params: z.object({ group_id: z.uuid() }),
        querystring: GroupHeartbeatQuery,
        response: { 200: HeartbeatEstimate, ...problems(403, 404, 422) },
      },
    },
    ({ ctx, params: { group_id }, query }) => estimateHeartbeat(ctx, group_id, query),
  );
}
