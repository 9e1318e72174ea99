import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { RetriedDelivery, WebhookDeliveryPage, WebhookDeliveryQuery } from '../deliveries/deliveries.schema.ts';
import { listDeliveries } from '../deliveries/deliveries.store.ts';
import { RedrivenDeliveries } from '../outbound-webhooks/outbound-webhooks.schema.ts';
import { getOutboundWebhook } from '../outbound-webhooks/outbound-webhooks.service.ts';
import { redriveOutbound, retryOutbound, sendTest } from './outbound-deliveries.service.ts';

const config = { access: 'organization:manage' };
const tags = ['outbound-webhooks'];
const params = z.object({ id: z.uuid() });

export function outboundDeliveriesRoutes(router: Router): void {
  router.get(
    '/outbound-webhooks/:id/deliveries',
    {
      config,
      schema: {
        operationId: 'listOutboundWebhookDeliveries',
        tags,
        summary: 'What was sent and how it went, newest first; state=dead is the dead-letter list.',
        params,
        querystring: WebhookDeliveryQuery,
        response: { 200: WebhookDeliveryPage, ...problems(404) },
      },
    },
    async ({ ctx, params: { id }, query }) => {
      await getOutboundWebhook(ctx, id);
      const after = parseCursor(query.cursor, [z.iso.datetime(), z.uuid()]);
      const rows = await listDeliveries(ctx, { outbound_webhook_id: id }, query, after);
      return toPage(rows, query.limit, (row) => [row.created_at, row.id]);
    },
  );

  router.post(
    '/outbound-webhooks/:id/deliveries/:delivery_id/retry',
    {
      config,
      schema: {
        operationId: 'retryOutboundWebhookDelivery',
        tags,
        summary: 'Send a message again; one that waits for its next try is tried now.',
        params: params.extend({ delivery_id: z.uuid() }),
        response: { 202: RetriedDelivery, ...problems(404) },
      },
    },
    async ({ ctx, params: { id, delivery_id } }, reply) =>
      reply.code(202).send(await retryOutbound(ctx, id, delivery_id)),
  );

  router.post(
    '/outbound-webhooks/:id/redrive',
    {
      config,
      schema: {
        operationId: 'redriveOutboundWebhook',
        tags,
        summary: 'Send all messages again that were given up.',
        params,
        response: { 202: RedrivenDeliveries, ...problems(404) },
      },
    },
    async ({ ctx, params: { id } }, reply) => reply.code(202).send(await redriveOutbound(ctx, id)),
  );

  router.post(
    '/outbound-webhooks/:id/test',
    {
      config,
      schema: {
        operationId: 'testOutboundWebhook',
        tags,
        summary: 'Send a message of type webhook.test, also while the webhook is switched off.',
        params,
        response: {
          202: RetriedDelivery.extend({ delivery_id: z.uuid() }).meta({ id: 'TestDelivery' }),
          ...problems(404),
        },
      },
    },
    async ({ ctx, params: { id } }, reply) => reply.code(202).send(await sendTest(ctx, id)),
  );
}
