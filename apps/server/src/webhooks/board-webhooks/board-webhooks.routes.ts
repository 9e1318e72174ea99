import { z } from 'zod';
import { OffsetQuery } from '#server/platform/http/page.schema.ts';
import { expectedVersion } from '#server/platform/http/request/version.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import {
  BoardWebhookCreate,
  BoardWebhookPage,
  BoardWebhookRead,
  BoardWebhookSecret,
  BoardWebhookUpdate,
} from './board-webhooks.schema.ts';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listBoardWebhooks,
  rotateSecret,
  updateWebhook,
} from './board-webhooks.service.ts';

const tags = ['board-webhooks'];
const read = { access: 'boards:read' };
const write = { access: 'boards:write' };
const ofBoard = z.object({ board_id: z.uuid() });
const params = ofBoard.extend({ webhook_id: z.uuid() });

export function boardWebhooksRoutes(router: Router): void {
  router.get(
    '/boards/:board_id/webhooks',
    {
      config: read,
      schema: {
        operationId: 'listBoardWebhooks',
        tags,
        summary: 'The endpoints at which others may call this board, newest first.',
        params: ofBoard,
        querystring: OffsetQuery,
        response: { 200: BoardWebhookPage, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { board_id }, query }) => listBoardWebhooks(ctx, board_id, query),
  );

  router.post(
    '/boards/:board_id/webhooks',
    {
      config: write,
      schema: {
        operationId: 'createBoardWebhook',
        tags,
        summary: 'Make an endpoint. Its secret is never shown again.',
        params: ofBoard,
        body: BoardWebhookCreate,
        response: { 200: BoardWebhookRead, ...problems(403, 404, 422) },
      },
    },
    ({ ctx, params: { board_id }, body }) => createWebhook(ctx, board_id, body),
  );
}

/** One webhook. */
export function boardWebhookRoutes(router: Router): void {
  router.get(
    '/boards/:board_id/webhooks/:webhook_id',
    {
      config: read,
      schema: {
        operationId: 'getBoardWebhook',
        tags,
        summary: 'One endpoint.',
        params,
        response: { 200: BoardWebhookRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { board_id, webhook_id } }) => getWebhook(ctx, board_id, webhook_id),
  );

  router.patch(
    '/boards/:board_id/webhooks/:webhook_id',
    {
      config: write,
      schema: {
        operationId: 'updateBoardWebhook',
        tags,
        summary: 'Change an endpoint. A null or blank secret takes the need of a signature away.',
        params,
        body: BoardWebhookUpdate,
        response: { 200: BoardWebhookRead, ...problems(403, 404, 409, 422) },
      },
    },
    (request) => {
      const { ctx, params, body } = request;
      const place = { boardId: params.board_id, id: params.webhook_id, version: expectedVersion(request) };
      return updateWebhook(ctx, place, body);
    },
  );

  router.delete(
    '/boards/:board_id/webhooks/:webhook_id',
    {
      config: write,
      schema: {
        operationId: 'deleteBoardWebhook',
        tags,
        summary: 'Remove an endpoint with its payloads.',
        params,
        response: { 200: OkResponse, ...problems(403, 404, 409) },
      },
    },
    async (request) => {
      const { board_id, webhook_id } = request.params;
      await deleteWebhook(request.ctx, { boardId: board_id, id: webhook_id, version: expectedVersion(request) });
      return OK;
    },
  );

  router.post(
    '/boards/:board_id/webhooks/:webhook_id/rotate-secret',
    {
      config: write,
      schema: {
        operationId: 'rotateBoardWebhookSecret',
        tags,
        summary: 'Make a new secret, shown in this answer only. The one before stays valid for 24 hours.',
        params,
        response: { 200: BoardWebhookSecret, ...problems(403, 404) },
      },
    },
    ({ ctx, params: { board_id, webhook_id } }) => rotateSecret(ctx, board_id, webhook_id),
  );
}
