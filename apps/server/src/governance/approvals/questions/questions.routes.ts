import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { ApprovalRead } from '../approvals.schema.ts';
import { ApprovalAnswer, ApprovalVote, Question, WaitQuery } from './questions.schema.ts';
import { ask, cancel, getAnswer, vote } from './questions.service.ts';
import { createWaits } from './waits.ts';

const tags = ['approvals'];
const params = z.object({ approval_id: z.uuid() });

/** What processes ask about calls that policies hold back, and approvals by their id alone. */
export function questionsRoutes(router: Router): void {
  router.post(
    '/approvals',
    {
      config: { access: 'approvals:ask', perMinute: 600 },
      schema: {
        operationId: 'askForApproval',
        tags,
        summary:
          'Ask people about a call; whom, the policies that hold it back say. Asking again is the same question.',
        body: Question,
        response: { 200: ApprovalAnswer, ...problems(404, 409) },
      },
    },
    ({ ctx, body }) => ask(ctx, body),
  );

  router.get(
    '/approvals/:approval_id',
    {
      config: { access: 'approvals:read' },
      schema: {
        operationId: 'getApprovalById',
        tags,
        summary: 'One approval with its decisions, and the leave that it gave.',
        params,
        response: { 200: ApprovalAnswer, ...problems(404) },
      },
    },
    ({ ctx, params: { approval_id } }) => getAnswer(ctx, approval_id),
  );

  router.post(
    '/approvals/:approval_id/decisions',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'decideApproval',
        tags,
        summary: 'Approve or reject, as it was seen.',
        params,
        body: ApprovalVote,
        response: { 200: ApprovalRead, ...problems(403, 404, 409) },
      },
    },
    ({ ctx, params: { approval_id }, body }) => vote(ctx, approval_id, body),
  );

  waitingRoutes(router);
}

function waitingRoutes(router: Router): void {
  const waits = createWaits();
  router.get(
    '/approvals/:approval_id/wait',
    {
      config: { access: 'approvals:ask' },
      schema: {
        operationId: 'waitForApproval',
        tags,
        summary: 'Answers when it is decided, or after `timeout_s` as it is then.',
        params,
        querystring: WaitQuery,
        response: { 200: ApprovalAnswer, ...problems(404) },
      },
    },
    async ({ ctx, params: { approval_id }, query }) => {
      const before = await getAnswer(ctx, approval_id);
      if (before.status !== 'pending') return before;
      await waits.until(ctx, approval_id, query.timeout_s * 1000);
      return getAnswer(ctx, approval_id);
    },
  );

  router.post(
    '/approvals/:approval_id/cancel',
    {
      config: { access: 'approvals:ask' },
      schema: {
        operationId: 'cancelApproval',
        tags,
        summary: 'The process that asked does not wait any more.',
        params,
        response: { 200: ApprovalRead, ...problems(404) },
      },
    },
    ({ ctx, params: { approval_id } }) => cancel(ctx, approval_id),
  );
}
