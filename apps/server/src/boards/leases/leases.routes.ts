import { z } from 'zod';
import { type AgentOperation, agentOperation } from '#server/platform/http/agent-operation.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { ClaimedTask, LeaseRelease, LeaseRenewal, TaskClaim, TaskLease } from './leases.schema.ts';
import { claimTask, releaseLease, renewLease } from './leases.service.ts';

const params = z.object({ board_id: z.uuid(), task_id: z.uuid() });
const keyOf = ({ board_id, task_id }: z.infer<typeof params>) => ({ boardId: board_id, taskId: task_id });

const CLAIM: AgentOperation = {
  roles: ['worker'],
  intent: 'agent_task_update',
  whenToUse: ['You are free and want the next task: nobody else gets the same.'],
  whenNotToUse: ['A task is assigned to you: move that one to in_progress.'],
  sideEffects: ['The task is yours and in_progress until the lease is over.'],
  never: ['Do not work on after the lease is lost: the task may be in other hands.'],
  routing: ['Renew the lease before it is over, send its fence as X-Task-Fence with every change.'],
  examples: [{ intent: 'take the next task', decision: 'agent_claim_task' }],
};

const HOLD: AgentOperation = {
  ...CLAIM,
  whenToUse: ['You hold a lease and need more time, or cannot go on.'],
  whenNotToUse: ['The work is finished: move the task on; that ends the lease.'],
  sideEffects: ['Renewing moves the end of the lease; releasing puts the task back to the inbox.'],
  examples: [
    { intent: 'I need more time', decision: 'agent_renew_task_lease' },
    { intent: 'I cannot go on', decision: 'agent_release_task_lease' },
  ],
};

export function leasesRoutes(router: Router): void {
  router.post(
    '/agent/boards/:board_id/tasks/claim',
    {
      config: { access: 'agent-api:board' },
      schema: {
        ...agentOperation(CLAIM),
        operationId: 'agent_claim_task',
        summary: 'Take the next task that waits for nothing; 204 when there is none.',
        params: params.pick({ board_id: true }),
        body: TaskClaim.nullish(),
        response: { 200: ClaimedTask, 204: z.null(), ...problems(403, 404, 409) },
      },
    },
    async ({ ctx, params: { board_id }, body }, reply) => {
      const claimed = await claimTask(ctx, board_id, body ?? TaskClaim.parse({}));
      return claimed ?? reply.code(204).send(null);
    },
  );

  router.post(
    '/agent/boards/:board_id/tasks/:task_id/lease/renew',
    {
      config: { access: 'agent-api:board' },
      schema: {
        ...agentOperation(HOLD),
        operationId: 'agent_renew_task_lease',
        summary: 'Work on: the lease ends later.',
        params,
        body: LeaseRenewal,
        response: { 200: z.object({ lease: TaskLease }), ...problems(403, 404, 409) },
      },
    },
    async ({ ctx, params: key, body }) => ({ lease: await renewLease(ctx, keyOf(key), body) }),
  );

  router.post(
    '/agent/boards/:board_id/tasks/:task_id/lease/release',
    {
      config: { access: 'agent-api:board' },
      schema: {
        ...agentOperation(HOLD),
        operationId: 'agent_release_task_lease',
        summary: 'Give a task back: it is in the inbox again.',
        params,
        body: LeaseRelease,
        response: { 204: z.null(), ...problems(403, 404, 409) },
      },
    },
    async ({ ctx, params: key, body }, reply) => {
      await releaseLease(ctx, keyOf(key), body.fence);
      return reply.code(204).send(null);
    },
  );
}
