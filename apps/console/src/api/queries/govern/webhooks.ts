import type { paths } from '@mission-control/sdk/api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { boardKeys } from '../work-keys.ts';

export type WebhookCreate =
  paths['/api/v1/boards/{board_id}/webhooks']['post']['requestBody']['content']['application/json'];
export type WebhookUpdate =
  paths['/api/v1/boards/{board_id}/webhooks/{webhook_id}']['patch']['requestBody']['content']['application/json'];

const LIMIT = 200;
const PAGE = 200;

/** How many calls a page of a webhook's list shows. */
export const PAYLOAD_PAGE = 20;

const toPath = (board_id: string, webhook_id: string) => ({ params: { path: { board_id, webhook_id } } });

/** Where other systems call a board. At most 200. */
export const webhooksQuery = (board_id: string) =>
  queryOptions({
    queryKey: [...boardKeys.webhooks(board_id), 'list'],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/boards/{board_id}/webhooks', {
          signal,
          params: { path: { board_id }, query: { limit: LIMIT } },
        }),
      ),
  });

export const webhookQuery = (board_id: string, webhook_id: string) =>
  queryOptions({
    queryKey: [...boardKeys.webhooks(board_id), webhook_id, 'detail'],
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/boards/{board_id}/webhooks/{webhook_id}', { signal, ...toPath(board_id, webhook_id) })),
  });

/** What was called, newest first: one page of 20. */
export const payloadsQuery = (board_id: string, webhook_id: string, offset: number) =>
  queryOptions({
    queryKey: [...boardKeys.webhooks(board_id), webhook_id, 'payloads', offset],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/boards/{board_id}/webhooks/{webhook_id}/payloads', {
          signal,
          params: { path: { board_id, webhook_id }, query: { limit: PAYLOAD_PAGE, offset } },
        }),
      ),
  });

/** How the calls were handed to agents, newest first, by pages. */
export const deliveriesQuery = (board_id: string, webhook_id: string) =>
  infiniteQueryOptions({
    queryKey: [...boardKeys.webhooks(board_id), webhook_id, 'deliveries'],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/v1/boards/{board_id}/webhooks/{webhook_id}/deliveries', {
          signal,
          params: { path: { board_id, webhook_id }, query: { limit: PAGE, cursor: pageParam || undefined } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

export const createWebhook = (board_id: string, body: WebhookCreate) =>
  read(api.POST('/api/v1/boards/{board_id}/webhooks', { params: { path: { board_id } }, body }));

export const updateWebhook = (board_id: string, webhook_id: string, body: WebhookUpdate) =>
  read(api.PATCH('/api/v1/boards/{board_id}/webhooks/{webhook_id}', { ...toPath(board_id, webhook_id), body }));

export const deleteWebhook = (board_id: string, webhook_id: string) =>
  read(api.DELETE('/api/v1/boards/{board_id}/webhooks/{webhook_id}', toPath(board_id, webhook_id)));

/** A new secret, readable in this answer only; the old one is good for a day. */
export const rotateSecret = (board_id: string, webhook_id: string) =>
  read(api.POST('/api/v1/boards/{board_id}/webhooks/{webhook_id}/rotate-secret', toPath(board_id, webhook_id)));

export const retryDelivery = (board_id: string, webhook_id: string, delivery_id: string) =>
  read(
    api.POST('/api/v1/boards/{board_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/retry', {
      params: { path: { board_id, webhook_id, delivery_id } },
    }),
  );
