import type { paths } from '@mission-control/sdk/api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { WebhookDelivery } from '../../contract.ts';

export type OutboundWebhookCreate =
  paths['/api/v1/outbound-webhooks']['post']['requestBody']['content']['application/json'];
export type OutboundWebhookUpdate =
  paths['/api/v1/outbound-webhooks/{id}']['patch']['requestBody']['content']['application/json'];

const LIMIT = 200;
const PAGE = 50;

export const outboundKeys = {
  all: ['outbound-webhooks'] as const,
  list: ['outbound-webhooks', 'list'] as const,
  deliveries: (id: string) => ['outbound-webhooks', 'deliveries', id] as const,
};

/** Where facts are sent, newest first. At most 200. */
export const outboundWebhooksQuery = queryOptions({
  queryKey: outboundKeys.list,
  queryFn: ({ signal }) => read(api.GET('/api/v1/outbound-webhooks', { signal, params: { query: { limit: LIMIT } } })),
});

/** The types of facts that can be sent. */
export const eventTypesQuery = queryOptions({
  queryKey: ['outbound-webhooks', 'event-types'],
  queryFn: async ({ signal }) => (await read(api.GET('/api/v1/outbound-webhooks/event-types', { signal }))).items,
  staleTime: Number.POSITIVE_INFINITY,
});

/** What was sent and how it went, newest first, by pages. */
export const outboundDeliveriesQuery = (id: string, state: WebhookDelivery['state'] | undefined) =>
  infiniteQueryOptions({
    queryKey: [...outboundKeys.deliveries(id), state],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/v1/outbound-webhooks/{id}/deliveries', {
          signal,
          params: { path: { id }, query: { state, limit: PAGE, cursor: pageParam || undefined } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

const toPath = (id: string) => ({ params: { path: { id } } });

/** The answer holds the secret; nothing else ever does. */
export const createOutboundWebhook = (body: OutboundWebhookCreate) =>
  read(api.POST('/api/v1/outbound-webhooks', { body }));

export const updateOutboundWebhook = (id: string, body: OutboundWebhookUpdate) =>
  read(api.PATCH('/api/v1/outbound-webhooks/{id}', { ...toPath(id), body }));

export const deleteOutboundWebhook = (id: string) => read(api.DELETE('/api/v1/outbound-webhooks/{id}', toPath(id)));

export const testOutboundWebhook = (id: string) => read(api.POST('/api/v1/outbound-webhooks/{id}/test', toPath(id)));

/** Sends again all that was given up. */
export const redriveOutboundWebhook = (id: string) =>
  read(api.POST('/api/v1/outbound-webhooks/{id}/redrive', toPath(id)));

export const retryOutboundDelivery = (id: string, delivery_id: string) =>
  read(
    api.POST('/api/v1/outbound-webhooks/{id}/deliveries/{delivery_id}/retry', {
      params: { path: { id, delivery_id } },
    }),
  );
