import { z } from 'zod';
import { CursorQuery } from '#server/platform/http/page.schema.ts';
import { expectedVersion } from '#server/platform/http/request/version.ts';
import { problems, type Router, type Routes } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import {
  OutboundEventTypes,
  OutboundWebhookCreate,
  OutboundWebhookCreated,
  OutboundWebhookPage,
  OutboundWebhookRead,
  OutboundWebhookUpdate,
} from './outbound-webhooks.schema.ts';
import {
  createOutboundWebhook,
  deleteOutboundWebhook,
  getOutboundWebhook,
  updateOutboundWebhook,
} from './outbound-webhooks.service.ts';
import { listOutboundWebhooks } from './outbound-webhooks.store.ts';

const config = { access: 'organization:manage' };
const tags = ['outbound-webhooks'];
const params = z.object({ id: z.uuid() });

/** @param knownTypes the types of all facts, once every module is there. */
export function outboundWebhooksRoutes(knownTypes: () => string[]): Routes {
  return (router) => {
    addListAndCreate(router, knownTypes);
    addReadAndChange(router, knownTypes);
  };
}

function addListAndCreate(router: Router, knownTypes: () => string[]): void {
  router.get(
    '/outbound-webhooks',
    {
      config,
      schema: {
        operationId: 'listOutboundWebhooks',
        tags,
        summary: 'Where facts of this organization are sent, newest first.',
        querystring: CursorQuery,
        response: { 200: OutboundWebhookPage },
      },
    },
    async ({ ctx, query: { cursor, limit } }) => {
      const after = parseCursor(cursor, [z.iso.datetime(), z.uuid()]);
      return toPage(await listOutboundWebhooks(ctx, after, limit), limit, ({ created_at, id }) => [created_at, id]);
    },
  );

  router.post(
    '/outbound-webhooks',
    {
      config,
      schema: {
        operationId: 'createOutboundWebhook',
        tags,
        summary: 'Send facts to an address. The secret that signs them is shown in this answer only.',
        body: OutboundWebhookCreate,
        response: { 201: OutboundWebhookCreated, ...problems(403, 404, 422) },
      },
    },
    async ({ ctx, body }, reply) => reply.code(201).send(await createOutboundWebhook(ctx, body, knownTypes())),
  );

  router.get(
    '/outbound-webhooks/event-types',
    {
      config,
      schema: {
        operationId: 'listOutboundEventTypes',
        tags,
        summary: 'The types of facts that can be sent.',
        response: { 200: OutboundEventTypes },
      },
    },
    () => ({ items: knownTypes() }),
  );
}

function addReadAndChange(router: Router, knownTypes: () => string[]): void {
  router.get(
    '/outbound-webhooks/:id',
    {
      config,
      schema: {
        operationId: 'getOutboundWebhook',
        tags,
        summary: 'One outbound webhook.',
        params,
        response: { 200: OutboundWebhookRead, ...problems(404) },
      },
    },
    ({ ctx, params: { id } }) => getOutboundWebhook(ctx, id),
  );

  router.patch(
    '/outbound-webhooks/:id',
    {
      config,
      schema: {
        operationId: 'updateOutboundWebhook',
        tags,
        summary: 'Change what is sent where. Switching on forgets past failures; what happened meanwhile is not sent.',
        params,
        body: OutboundWebhookUpdate,
        response: { 200: OutboundWebhookRead, ...problems(403, 404, 409, 422) },
      },
    },
    (request) => {
      const place = { id: request.params.id, version: expectedVersion(request) };
      return updateOutboundWebhook(request.ctx, place, request.body, knownTypes());
    },
  );

  router.delete(
    '/outbound-webhooks/:id',
    {
      config,
      schema: {
        operationId: 'deleteOutboundWebhook',
        tags,
        summary: 'Stop sending, and forget the deliveries.',
        params,
        response: { 204: z.null(), ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      await deleteOutboundWebhook(request.ctx, { id: request.params.id, version: expectedVersion(request) });
      return reply.code(204).send(null);
    },
  );
}
