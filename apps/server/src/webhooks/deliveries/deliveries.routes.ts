import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { getWebhook } from '../board-webhooks/board-webhooks.service.ts';
import { RetriedDelivery, WebhookDeliveryPage, WebhookDeliveryQuery } from './deliveries.schema.ts';
import { retryDelivery } from './deliveries.service.ts';
import { listDeliveries } from './deliveries.store.ts';

const tags = ['board-webhooks'];
const params = z.object({ board_id: z.uuid(), webhook_id: z.uuid() });

export function deliveriesRoutes(router: Router): void {
  router.get(
    '/boards/:board_id/webhooks/:webhook_id/deliveries',
    {
      config: { access: 'boards:read' },
      schema: {
        operationId: 'listBoardWebhookDeliveries',
        tags,
        summary: 'How it went with what came in, newest first; state=dead is the dead-letter list.',
        params,
        querystring: WebhookDeliveryQuery,
        response: { 200: WebhookDeliveryPage, ...problems(403, 404) },
      },
    },
    async ({ ctx, params: { board_id, webhook_id }, query }) => {
      await getWebhook(ctx, board_id, webhook_id);
      const after = parseCursor(query.cursor, [z.iso.datetime(), z.uuid()]);
      const rows = await listDeliveries(ctx, { webhook_id }, query, after);
      return toPage(rows, query.limit, ({ created_at, id }) => [created_at, id]);
    },
  );

  router.post(
    '/boards/:board_id/webhooks/:webhook_id/deliveries/:delivery_id/retry',
    {
      config: { access: 'boards:write' },
      schema: {
        operationId: 'retryBoardWebhookDelivery',
        tags,
        summary: 'Send a payload to the agent again. One that is on its way is left alone.',
        params: params.extend({ delivery_id: z.uuid() }),
        response: { 202: RetriedDelivery, ...problems(403, 404) },
      },
    },
    async ({ ctx, params: { board_id, webhook_id, delivery_id } }, reply) => {
      await getWebhook(ctx, board_id, webhook_id);
      return reply.code(202).send(await retryDelivery(ctx, { boardId: board_id, webhookId: webhook_id }, delivery_id));
    },
  );
}
