import { z } from 'zod';
import { expectedVersion } from '#server/platform/http/request/version.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import {
  ApprovalConsume,
  ApprovalCreate,
  ApprovalPage,
  ApprovalQuery,
  ApprovalRead,
  ApprovalResolveResult,
  ApprovalsResolve,
  ApprovalUpdate,
  BoardApprovalQuery,
} from './approvals.schema.ts';
import { getApproval } from './approvals.service.ts';
import { listApprovals, listBoardApprovals } from './approvals.store.ts';
import { resolveApprovals, updateApproval } from './decisions/decisions.service.ts';
import { createApproval } from './requests/requests.service.ts';
import { consumeApproval } from './uses/uses.service.ts';

const tags = ['approvals'];
const board = z.object({ board_id: z.uuid() });
const one = board.extend({ approval_id: z.uuid() });

export function approvalsRoutes(router: Router): void {
  router.get(
    '/boards/:board_id/approvals',
    {
      config: { access: 'board-work:read' },
      schema: {
        operationId: 'listBoardApprovals',
        tags,
        summary: 'Approvals of a board, newest first.',
        params: board,
        querystring: BoardApprovalQuery,
        response: { 200: ApprovalPage, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { board_id }, query }) => listBoardApprovals(ctx, board_id, query),
  );

  router.post(
    '/boards/:board_id/approvals',
    {
      config: { access: 'board-work:write' },
      schema: {
        operationId: 'createApproval',
        tags,
        summary: 'Ask for an approval; people decide about it.',
        params: board,
        body: ApprovalCreate,
        response: { 200: ApprovalRead, ...problems(403, 404, 409) },
      },
    },
    ({ ctx, params: { board_id }, body }) => createApproval(ctx, board_id, body),
  );

  decisionRoutes(router);
  organizationRoutes(router);
}

/** One approval: read it, decide about it, use it. */
function decisionRoutes(router: Router): void {
  router.get(
    '/boards/:board_id/approvals/:approval_id',
    {
      config: { access: 'board-work:read' },
      schema: {
        operationId: 'getApproval',
        tags,
        summary: 'One approval with its decisions.',
        params: one,
        response: { 200: ApprovalRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { board_id, approval_id } }) => getApproval(ctx, { id: approval_id, boardId: board_id }),
  );

  router.patch(
    '/boards/:board_id/approvals/:approval_id',
    {
      // A department decides about approvals of boards that its people may only read; the service asks for the voice.
      config: { access: 'board-work:read' },
      schema: {
        operationId: 'updateApproval',
        tags,
        summary: 'Approve, reject or open again. Only people decide, never the one who asked.',
        params: one,
        body: ApprovalUpdate,
        response: { 200: ApprovalRead, ...problems(403, 404, 409) },
      },
    },
    (request) => {
      const { ctx, params, body } = request;
      const place = { id: params.approval_id, boardId: params.board_id };
      return updateApproval(ctx, place, { ...body, version: expectedVersion(request) });
    },
  );

  router.post(
    '/boards/:board_id/approvals/:approval_id/consume',
    {
      config: { access: 'board-work:write' },
      schema: {
        operationId: 'consumeApproval',
        tags,
        summary: 'Use an approval, once, for exactly the arguments it was given for.',
        params: one,
        body: ApprovalConsume,
        response: { 200: ApprovalRead, ...problems(403, 404, 409) },
      },
    },
    ({ ctx, params: { board_id, approval_id }, body }) =>
      consumeApproval(ctx, { boardId: board_id, id: approval_id, argsHash: body.args_hash }),
  );
}

/** Over all boards that the caller may read. */
function organizationRoutes(router: Router): void {
  router.get(
    '/approvals',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'listApprovals',
        tags,
        summary: 'Approvals of every board that the caller may read, newest first.',
        querystring: ApprovalQuery,
        response: { 200: ApprovalPage, ...problems(403) },
      },
    },
    ({ ctx, query }) => listApprovals(ctx, query),
  );

  router.post(
    '/approvals/resolve',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'resolveApprovals',
        tags,
        summary: 'Decide about up to 100 approvals; each succeeds or fails by itself.',
        body: ApprovalsResolve,
        response: { 200: z.object({ items: z.array(ApprovalResolveResult) }), ...problems(403) },
      },
    },
    async ({ ctx, body }) => ({ items: await resolveApprovals(ctx, body) }),
  );
}
